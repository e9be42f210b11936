"""An approval is of exactly what was shown: on the page, in a batch, over REST (R4.3)."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from koogallery.models import User
from koogallery.telling import fact_name, fact_value
from sellers.models import Order
from settlement.models import Refund, RefundApproval
from settlement.services.deposits import move_deposit
from settlement.services.refunds import lifecycle
from tests.books import snapshot
from tests.callers import operator_caller
from tests.settlement.builders import a_spokesman, at, make_order

pytestmark = pytest.mark.django_db
QUEUE = "/admin/settlement/refund/"


def question(refund: Refund) -> str:
    return f"/admin/settlement/refund/{refund.pk}/approve/decide/"


@time_machine.travel(at(2, 20), tick=False)
def test_R4_3_what_changed_meanwhile_is_told_and_nothing_is_approved(
    desk: Client, refund: Refund, settled_order: Order, requester: User
) -> None:
    foreseen = desk.get(question(refund)).context["asking"].foreseen
    make_order(settled_order.product, "50", at(2, 6))
    move_deposit(settled_order.seller.number, "top_up", Decimal(70), "wire 1", actor=requester)
    before = snapshot()

    answer = desk.post(question(refund), {"seen": foreseen.digest, "shown": foreseen.written})

    assert snapshot() == before
    changes = answer.context["asking"].changes
    assert [tuple(map(fact_value, (each.was, each.now))) for each in changes] == [
        ("400.00 USD → 100.00 USD", "450.00 USD → 150.00 USD"),
        ("0.00 USD, unchanged", "70.00 USD, unchanged"),
    ]
    assert [fact_name(each) for each in changes] == [
        "Next payment with bill February 2026",
        "Deposit",
    ]
    html = answer.content.decode()
    assert "Nothing was done: this changed since you were shown it." in html
    again = answer.context["asking"].foreseen
    desk.post(question(refund), {"seen": again.digest, "shown": again.written})
    assert RefundApproval.objects.count() == 1


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_R4_3_a_crafted_digest_approves_nothing(desk: Client, refund: Refund, seen: str) -> None:
    before = snapshot()
    answer = desk.post(question(refund), {"seen": seen, "shown": "[not json"})
    assert answer.status_code == 200
    assert snapshot() == before


def test_R4_3_over_rest_an_approval_names_what_was_seen(
    refund: Refund, settled_order: Order, approver: User
) -> None:
    caller = operator_caller(approver)
    path = f"/refunds/{refund.number}"
    seen = caller.get(f"{path}/simulation/").body["seen"]
    make_order(settled_order.product, "50", at(2, 6))
    before = snapshot()

    refused = caller.post(f"{path}/approve/", {"seen": seen})

    assert (refused.status, refused.errors) == (409, [("/seen", "changed_since_seen", "R4.3")])
    assert snapshot() == before
    seen = caller.get(f"{path}/simulation/").body["seen"]
    assert caller.post(f"{path}/approve/", {"seen": seen}).body["state"] == "approved"


@pytest.fixture
def second_refund(refund: Refund, settled_order: Order, requester: User) -> Refund:
    """Another 300 of the same order: February's 400 do not cover both."""
    asked = lifecycle.request_refund(
        settled_order.number, Decimal(300), "half unused", "contract 7", actor=requester
    )
    return lifecycle.agree_refund(asked.number, actor=a_spokesman())


def ask(desk: Client, *selected: Refund, **sent: Any) -> Any:
    return desk.post(
        QUEUE,
        {
            "action": "approve_together",
            "_selected_action": [each.pk for each in selected],
            **sent,
        },
    )


def confirmation(answer: Any) -> dict[str, str]:
    effects = [each.effect for of in answer.context["batch"].sellers for each in of.shown]
    return {
        "confirmed": "yes",
        **{f"seen-{each.refund.number}": each.seen.digest for each in effects},
        **{f"shown-{each.refund.number}": each.seen.written for each in effects},
    }


@time_machine.travel(at(2, 20), tick=False)
def test_R4_3_two_refunds_of_one_seller_do_not_count_the_same_money(
    desk: Client, refund: Refund, second_refund: Refund
) -> None:
    [of] = ask(desk, refund, second_refund).context["batch"].sellers
    first, second = (each.effect.simulation for each in of.shown)
    assert [(step.source, step.amount) for step in first.steps] == [("bill", 300)]
    assert [(step.source, step.amount) for step in second.steps] == [
        ("bill", 100),
        ("receivable", 200),
    ]
    assert (second.next_payment_before, second.next_payment_after) == (100, 0)
    assert (of.returned, of.recovered, of.receivable) == (600, 600, 200)


def test_R4_3_a_batch_is_approved_as_it_was_shown(
    desk: Client, refund: Refund, second_refund: Refund
) -> None:
    asked = ask(desk, refund, second_refund)
    assert not RefundApproval.objects.exists()
    answer = ask(desk, refund, second_refund, **confirmation(asked), comment="both fine")
    assert answer.status_code == 302
    assert [each.comment for each in RefundApproval.objects.all()] == ["both fine"] * 2


def test_R4_3_of_a_batch_that_changed_nothing_is_approved(
    desk: Client, refund: Refund, second_refund: Refund, settled_order: Order
) -> None:
    asked = ask(desk, refund, second_refund)
    make_order(settled_order.product, "50", at(2, 6))
    answer = ask(desk, refund, second_refund, **confirmation(asked))
    assert not RefundApproval.objects.exists()
    html = answer.content.decode()
    assert "nothing was approved" in html
    assert "you were shown" in html


def test_R4_4_what_somebody_may_not_approve_is_left_out_with_the_reason(
    client: Client, refund: Refund, requester: User
) -> None:
    client.force_login(requester)
    batch = ask(client, refund).context["batch"]
    assert batch.sellers == []
    assert [reason for _, reason in batch.skipped] == [
        "You applied for this refund; another operator has to approve it."
    ]


def test_R4_4_the_page_says_who_is_missing_and_why_others_may_not(
    desk: Client, refund: Refund, approver: User
) -> None:
    page = f"/admin/settlement/refund/{refund.pk}/change/"
    told = " ".join(desk.get(page).content.decode().split())
    assert "1 more is due.</strong> These may approve: oscar, sam." in told
    assert "These may not: olga, who applied for it" in told
    User.objects.filter(username__in=["oscar", "sam"]).update(operator_roles=["viewer"])
    told = " ".join(desk.get(page).content.decode().split())
    assert "Nobody is left who may give it" in told
