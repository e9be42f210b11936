from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from koogallery.models import Act, Notice, User
from sellers.models import Order
from settlement.models import Recovery, Refund, RefundApproval
from settlement.rules.standards import detail_of
from settlement.services.authorisations import keep_limits
from settlement.services.previews.kept import renew
from settlement.services.refunds import lifecycle
from tests.settlement.admin.answering import answered
from tests.settlement.builders import a_spokesman, at, make_member, make_operator, refunded


def page(refund: Refund) -> str:
    return reverse("admin:settlement_refund_change", args=[refund.pk])


def question(refund: Refund, verb: str) -> str:
    return reverse("admin:settlement_refund_decide", args=[refund.pk, verb])


def buttons(client: Client, refund: Refund) -> set[str]:
    html = client.get(page(refund)).content.decode()
    verbs = ("agree", "approve", "reject", "withdraw")
    return {verb for verb in verbs if question(refund, verb) in html}


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def state_of(refund: Refund) -> str:
    return Refund.objects.values_list("state", flat=True).get(pk=refund.pk)


def test_R4_3_the_page_shows_each_standard_as_a_check_that_holds_or_fails(
    desk: Client, refund: Refund
) -> None:
    html = desk.get(page(refund)).content.decode()
    assert (html.count('class="holds"'), html.count('class="fails"')) == (3, 1)
    for check in refund.checks:
        assert detail_of(check) in html
    assert "Admitted under a special agreement: contract 7" in html
    assert "never provisioned" in html
    assert "B202601-" in html


@time_machine.travel(at(2, 20))
def test_R4_3_the_page_says_who_would_pay_what_and_changes_nothing(
    desk: Client, refund: Refund
) -> None:
    """February's bill of 400 pays 300 less: 100."""
    assert "A worker computes it" in desk.get(page(refund)).content.decode()
    renew(refund.seller, refund)
    html = desk.get(page(refund)).content.decode()
    assert "Bill of cycle February 2026" in html
    assert '<span class="amount">400.00 USD</span> <span aria-hidden="true">→</span>' in html
    assert '<strong><span class="amount">100.00 USD</span></strong>' in html
    assert not Recovery.objects.exists()
    assert refund.seller.bills.count() == 1


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("seller_review", {"agree", "reject", "withdraw"}),
        ("operator_review", {"approve", "reject", "withdraw"}),
        ("approved", set()),
        ("rejected", set()),
        ("refunded", set()),
    ],
)
def test_R4_3_a_button_exists_exactly_when_its_move_is_legal(
    desk: Client,
    refund: Refund,
    settled_order: Order,
    requester: User,
    approver: User,
    state: str,
    expected: set[str],
) -> None:
    if state == "seller_review":
        refund = lifecycle.request_refund(
            settled_order.number, Decimal(1), "x", "contract 7", actor=requester
        )
    if state in {"approved", "refunded"}:
        lifecycle.approve_refund(refund.number, actor=approver)
    if state == "rejected":
        lifecycle.reject_refund(refund.number, "outside the contract", actor=requester)
    if state == "refunded":
        lifecycle.complete_refund(refund.number, at(2, 10), actor=approver)
    assert state_of(refund) == state
    assert buttons(desk, refund) == expected


def test_R4_4_the_requester_sees_why_the_approval_is_not_theirs(
    client: Client, refund: Refund, requester: User
) -> None:
    client.force_login(requester)
    assert buttons(client, refund) == {"reject", "withdraw"}
    reason = "You applied for this refund; another operator has to approve it."
    assert reason in client.get(page(refund)).content.decode()
    for attempt in (client.get, client.post):
        answer = attempt(question(refund, "approve"))
        assert (answer.status_code, answer["Location"]) == (302, page(refund))
        assert told(answer) == [reason]
        client.get(page(refund))
    assert state_of(refund) == "operator_review"
    assert not RefundApproval.objects.exists()


@time_machine.travel(at(2, 20))
def test_R4_5_an_approval_is_asked_for_once_more_with_its_effect(
    desk: Client, refund: Refund, approver: User
) -> None:
    asked = desk.get(question(refund, "approve")).content.decode()
    assert "Approve this refund?" in asked
    assert 'Approve <span class="amount">300.00 USD</span>' in asked
    assert "Bill of cycle February 2026" in asked
    assert state_of(refund) == "operator_review"

    answer = answered(desk, question(refund, "approve"), comment="meets the contract")
    assert (answer.status_code, told(answer)) == (302, ["Your approval is recorded."])
    assert state_of(refund) == "approved"
    approval = RefundApproval.objects.get()
    assert (approval.operator, approval.comment) == (approver, "meets the contract")
    assert Notice.objects.filter(kind="refund_confirmed").count() == 2


def test_R4_4_the_first_of_two_approvals_is_told_as_such(
    desk: Client, settled_order: Order, requester: User, settings: Any
) -> None:
    settings.SECOND_APPROVAL_FROM = {"USD": Decimal(100)}
    keep_limits()
    asked = lifecycle.request_refund(
        settled_order.number, Decimal(100), "x", "contract 7", actor=requester
    )
    lifecycle.agree_refund(asked.number, actor=a_spokesman())
    assert (
        "Yours is the first of two approvals"
        in desk.get(question(asked, "approve")).content.decode()
    )
    answered(desk, question(asked, "approve"))
    assert state_of(asked) == "operator_review"
    html = desk.get(page(asked)).content.decode()
    assert "You approved this refund already; a second operator has to approve it." in html
    assert "1 of 2" in html
    assert buttons(desk, asked) == {"reject", "withdraw"}

    desk.force_login(make_operator("otto"))
    second = desk.get(question(asked, "approve")).content.decode()
    assert "Yours is the first of two approvals" not in second
    answered(desk, question(asked, "approve"))
    assert state_of(asked) == "approved"


@pytest.mark.parametrize("reason", ["", "   "])
def test_R4_3_a_rejection_without_a_reason_is_asked_for_again(
    desk: Client, refund: Refund, reason: str
) -> None:
    before = Act.objects.count()
    answer = desk.post(question(refund, "reject"), {"reason": reason})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert state_of(refund) == "operator_review"
    assert Act.objects.count() == before


def test_R4_3_a_rejection_reaches_both_with_its_reason(desk: Client, refund: Refund) -> None:
    answer = desk.post(question(refund, "reject"), {"reason": "it was delivered"})
    assert told(answer) == ["The refund is rejected."]
    notices = Notice.objects.filter(kind="refund_rejected")
    assert [notice.facts["reason"] for notice in notices] == ["it was delivered"] * 2
    assert "it was delivered" in desk.get(page(refund)).content.decode()


def test_a_decision_that_somebody_else_took_meanwhile_is_refused(
    desk: Client, refund: Refund, requester: User
) -> None:
    """The question is still open in one browser when the refund is withdrawn in another."""
    assert desk.get(question(refund, "approve")).status_code == 200
    lifecycle.withdraw_refund(refund.number, actor=requester)
    answer = desk.post(question(refund, "approve"))
    assert (answer.status_code, answer["Location"]) == (302, page(refund))
    [said] = told(answer)
    assert said.startswith(f"{refund} is in the state “Withdrawn” now, by olga since ")
    assert state_of(refund) == "withdrawn"


def test_a_question_is_put_by_get_and_answered_by_post_alone(desk: Client, refund: Refund) -> None:
    for verb in ("approve", "reject", "withdraw"):
        assert desk.get(question(refund, verb)).status_code == 200
    assert state_of(refund) == "operator_review"
    assert not RefundApproval.objects.exists()


def test_R5_6_a_recovery_shows_its_path(
    desk: Client, settled_order: Order, requester: User, approver: User
) -> None:
    done = refunded(settled_order, "300", at(2, 10), requester, approver)
    html = desk.get(page(done)).content.decode()
    assert "Planned" in html
    assert "March 2026" in html
    assert f"{done.recovery.number}" in html


def test_only_operators_come_to_the_desk(client: Client, refund: Refund) -> None:
    for visitor in (None, make_member(refund.seller, "owner"), User.objects.create_user("nobody")):
        if visitor:
            client.force_login(visitor)
        for address in (page(refund), question(refund, "approve")):
            answer = client.get(address)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (
                302,
                "/admin/login/",
            )
        assert client.post(question(refund, "reject"), {"reason": "no"}).status_code == 302
    assert state_of(refund) == "operator_review"


@pytest.mark.parametrize("address", ["/admin/settlement/refund/{}/change/", "{}/approve/decide/"])
def test_what_does_not_exist_is_not_found(desk: Client, refund: Refund, address: str) -> None:
    if address.startswith("{"):
        address = f"/admin/settlement/refund/{address}"
    assert desk.get(address.format(refund.pk + 1)).status_code == 404
    assert desk.get(f"/admin/settlement/refund/{refund.pk}/pay/decide/").status_code == 404


def test_the_queue_opens_with_what_waits_for_an_operator_oldest_first(
    desk: Client, refund: Refund, settled_order: Order, requester: User
) -> None:
    queue = reverse("admin:settlement_refund_changelist")
    younger = lifecycle.request_refund(
        settled_order.number, Decimal(7), "x", "contract 7", actor=requester
    )

    def shown(**query: str) -> list[str]:
        listed = desk.get(queue, query).context["cl"].result_list
        return [row.number for row in listed]

    assert shown() == [refund.number]
    assert shown(state="all") == [refund.number, younger.number]
    assert shown(state="seller_review") == [younger.number]
    assert shown(state="all", q=settled_order.number) == [refund.number, younger.number]
    assert shown(state="all", o="4") == [younger.number, refund.number]  # by amount
    lifecycle.agree_refund(younger.number, actor=a_spokesman())
    assert shown() == [refund.number, younger.number]
