from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from koogallery.models import Notice, User
from sellers.models import Order
from settlement.models import Adjustment, Bill, Dispute
from settlement.services.bills.disputes import decline_dispute, open_dispute, withdraw_dispute
from tests.settlement.admin.answering import answered
from tests.settlement.builders import make_member


@pytest.fixture
def dispute(settled_order: Order, requester: User) -> Dispute:
    """50 of line 1 of January's bill, recorded by olga."""
    bill = Bill.objects.get(seller=settled_order.seller, cycle="202601")
    return open_dispute(bill.number, 1, "a seat is missing", Decimal(50), actor=requester)


def page(dispute: Dispute) -> str:
    return reverse("admin:settlement_dispute_change", args=[dispute.pk])


def question(dispute: Dispute, verb: str) -> str:
    return reverse("admin:settlement_dispute_decide", args=[dispute.pk, verb])


def buttons(client: Client, dispute: Dispute) -> set[str]:
    html = client.get(page(dispute)).content.decode()
    verbs = ("accept", "decline", "withdraw")
    return {verb for verb in verbs if question(dispute, verb) in html}


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def state_of(dispute: Dispute) -> str:
    return Dispute.objects.values_list("state", flat=True).get(pk=dispute.pk)


def test_R3_4_the_page_shows_what_is_disputed_and_why_it_has_its_amount(
    desk: Client, dispute: Dispute
) -> None:
    html = desk.get(page(dispute)).content.decode()
    assert "a seat is missing" in html
    assert '<span class="amount">50.00 USD</span>' in html
    assert "Line 1: ORD-001" in html
    assert "1000.00" in html.replace(",", "")
    assert reverse("admin:settlement_bill_change", args=[dispute.bill_id]) in html


def test_R3_4_the_queue_opens_with_what_is_not_answered_oldest_first(
    desk: Client, dispute: Dispute, requester: User, approver: User
) -> None:
    whole = open_dispute(dispute.bill.number, None, "too little", actor=requester)
    queue = reverse("admin:settlement_dispute_changelist")

    def shown(**query: str) -> list[str]:
        return [row.number for row in desk.get(queue, query).context["cl"].result_list]

    assert shown() == [dispute.number, whole.number]
    decline_dispute(dispute.number, "it is on line 2", actor=approver)
    assert shown() == [whole.number]
    assert shown(state="all") == [dispute.number, whole.number]
    assert shown(state="declined") == [dispute.number]
    assert f"{dispute.number}</a> line 1: Declined" in desk.get(page(whole)).content.decode()


def test_R3_4_an_acceptance_is_asked_for_once_more_and_adjusts_the_next_bill(
    desk: Client, dispute: Dispute, approver: User
) -> None:
    asked = desk.get(question(dispute, "accept")).content.decode()
    assert "Is the seller right?" in asked
    assert "adjustment on the seller’s next bill" in asked
    assert state_of(dispute) == "open"
    answer = answered(desk, question(dispute, "accept"), answer="it was", amount="25.00")
    assert (answer.status_code, told(answer)) == (302, ["The dispute is accepted."])
    dispute.refresh_from_db()
    assert (dispute.state, dispute.answered_by, dispute.difference) == ("accepted", approver, 25)
    adjustment = Adjustment.objects.get()
    assert (adjustment.bill, adjustment.amount) == (dispute.bill, 25)
    html = desk.get(page(dispute)).content.decode()
    assert "it was" in html and adjustment.number in html
    assert Notice.objects.filter(kind="dispute_answered").count() == 1


def test_R3_4_an_acceptance_without_a_difference_adjusts_nothing(
    desk: Client, dispute: Dispute
) -> None:
    entered = {"answer": "paid on the February bill", "amount": ""}
    answered(desk, question(dispute, "accept"), **entered)
    assert state_of(dispute) == "accepted"
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    ("verb", "entered"),
    [
        ("decline", {"answer": " "}),
        ("accept", {"answer": "", "amount": "1"}),
        ("accept", {"answer": "it was", "amount": "0"}),
        ("accept", {"answer": "it was", "amount": "1.001"}),
        ("accept", {"answer": "it was", "amount": "x"}),
    ],
)
def test_R3_4_what_is_entered_wrongly_is_asked_for_again(
    desk: Client, dispute: Dispute, verb: str, entered: dict[str, str]
) -> None:
    answer = desk.post(question(dispute, verb), entered)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert (state_of(dispute), Adjustment.objects.count()) == ("open", 0)


def test_R3_4_a_declined_dispute_shows_its_answer(desk: Client, dispute: Dispute) -> None:
    answer = desk.post(question(dispute, "decline"), {"answer": "it is on line 2"})
    assert told(answer) == ["The dispute is declined."]
    assert "it is on line 2" in desk.get(page(dispute)).content.decode()
    assert buttons(desk, dispute) == set()


def test_R3_4_whoever_recorded_a_dispute_sees_why_the_answer_is_not_theirs(
    client: Client, dispute: Dispute, requester: User
) -> None:
    client.force_login(requester)
    assert buttons(client, dispute) == {"withdraw"}
    reason = "You opened this dispute; another operator has to answer it."
    assert reason in client.get(page(dispute)).content.decode()
    answer = client.post(question(dispute, "accept"), {"answer": "it was"})
    assert (answer.status_code, told(answer)) == (302, [reason])
    assert state_of(dispute) == "open"


def test_R3_4_an_answer_that_comes_too_late_is_refused(
    desk: Client, dispute: Dispute, requester: User
) -> None:
    assert buttons(desk, dispute) == {"accept", "decline", "withdraw"}
    withdraw_dispute(dispute.number, actor=requester)
    answer = desk.post(question(dispute, "accept"), {"answer": "it was"})
    [said] = told(answer)
    assert "is in the state “Withdrawn” now, by " in said
    assert state_of(dispute) == "withdrawn"


def test_only_operators_come_to_the_disputes(client: Client, dispute: Dispute) -> None:
    client.force_login(make_member(dispute.seller, "owner"))
    for address in (page(dispute), question(dispute, "accept")):
        assert client.get(address)["Location"].split("?")[0] == "/admin/login/"
    assert client.post(question(dispute, "decline"), {"answer": "no"}).status_code == 302
    assert state_of(dispute) == "open"
