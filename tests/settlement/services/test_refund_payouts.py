"""Completing a refund: what happens to its order, what is recovered from whom (R4.5 to R5.4)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from koogallery.kit.errors import Conflict, Forbidden, IllegalTransition, InvalidInput
from koogallery.models import Act, Notice, User
from koogallery.notices import subject_of, write_fact
from sellers.models import Order, Product, Seller
from settlement.models import Journal, LedgerEntry, Receivable, Recovery, Refund
from settlement.services.deposits import move_deposit
from settlement.services.refunds.lifecycle import approve_refund, complete_refund
from tests.books import execute
from tests.settlement.builders import (
    a_spokesman,
    approved_refund,
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    refunded,
)


@pytest.fixture
def approved(settled_order: Order, operator: User, second_operator: User) -> Refund:
    """300 of the settled 1000, approved."""
    return approved_refund(settled_order, "300", operator, second_operator)


def legs(key: str) -> dict[str, Decimal]:
    entries = LedgerEntry.objects.filter(journal__key=key)
    return dict(entries.values_list("account", "amount"))


def test_R5_1_a_settled_refund_opens_a_recovery_for_the_refund_amount(
    approved: Refund, operator: User
) -> None:
    refund = complete_refund(approved.number, at(2, 10), actor=operator)
    assert (refund.state, refund.refunded_at) == ("refunded", at(2, 10))
    recovery = Recovery.objects.get()
    assert recovery.number == refund.number.replace("RF", "RC")
    assert (recovery.basis, recovery.amount, recovery.outstanding, recovery.state) == (
        "refund_amount",
        300,
        300,
        "open",
    )
    assert (recovery.cycle, recovery.window_start, recovery.window_end) == (
        "202602",
        "202602",
        "202603",
    )
    assert recovery.original_bill.cycle == "202601"
    assert legs(f"recovery:{recovery.number}") == {"recoveries": 300, "customer_refunds": -300}
    journal = Journal.objects.get(key=f"recovery:{recovery.number}")
    assert journal.effective_at == at(2, 10)
    assert not Receivable.objects.exists()


def test_R5_2_the_current_month_is_that_of_the_refund_in_the_settlement_time_zone(
    approved: Refund, operator: User
) -> None:
    complete_refund(approved.number, at(2, 28, hour=16), actor=operator)
    recovery = Recovery.objects.get()
    assert (recovery.cycle, recovery.window_end) == ("202603", "202604")


def test_R5_6_the_seller_is_told_the_plan_before_money_is_taken(
    approved: Refund, operator: User
) -> None:
    move_deposit(approved.seller.number, "top_up", Decimal(120), "wire 1", actor=operator)
    complete_refund(approved.number, at(2, 10), actor=operator)
    notice = Notice.objects.get(kind="recovery_planned")
    assert subject_of(notice) == f"300.00 USD to be recovered for refund {approved.number}"
    assert notice.facts["plan"][0] == {
        "source": "bill",
        "amount": "300.00",
        "on": "2026-03-09",
        "cycle": "202602",
    }
    assert write_fact(notice, "plan") == (
        "at most 300.00 USD from the bill of February 2026, on 9 Mar 2026 or later; "
        "at most 300.00 USD from the bill of March 2026, on 7 Apr 2026 or later; "
        "at most 120.00 USD from the deposit, on 7 Apr 2026 or later; "
        "at most 180.00 USD paid by you as a receivable, on 7 May 2026 or later"
    )
    assert not approved.recovery.allocations.exists()


def test_R5_3_both_cycles_closed_already_goes_to_the_deposit_at_once(
    approved: Refund, seller: Seller, operator: User
) -> None:
    for cycle in ("202602", "202603"):
        close(seller, cycle)
    move_deposit(seller.number, "top_up", Decimal(200), "wire 1", actor=operator)
    complete_refund(approved.number, at(2, 10), actor=operator)
    recovery = Recovery.objects.get()
    taken = list(recovery.allocations.values_list("source", "amount"))
    assert (taken, recovery.outstanding, recovery.state) == (
        [("deposit", 200)],
        100,
        "receivable",
    )
    assert seller.deposit.balance == 0
    receivable = Receivable.objects.get()
    assert (receivable.number, receivable.amount, receivable.state) == (
        recovery.number.replace("RC", "RV"),
        100,
        "open",
    )


def test_R5_3_a_seller_who_has_left_goes_to_the_deposit_immediately(
    approved: Refund, seller: Seller, operator: User
) -> None:
    Seller.objects.filter(pk=seller.pk).update(left_at=at(2, 1))
    complete_refund(approved.number, at(2, 10), actor=operator)
    assert Receivable.objects.get().amount == 300


def test_R4_6_a_refund_of_an_order_not_yet_billed_is_not_recovered(
    product: Product, operator: User, second_operator: User
) -> None:
    whole = make_order(product, "300", at(1, 5))
    part = make_order(product, "200", at(1, 6))
    refunded(whole, "300", at(1, 20), operator, second_operator)
    refunded(part, "50", at(1, 20), operator, second_operator)
    bill = close(product.seller, "202601")
    assert bill and (bill.line_count, bill.sales_amount, bill.recovered) == (1, 150, 0)
    assert not Recovery.objects.exists()


def test_R4_8_a_refund_whose_order_is_billed_while_under_review_is_a_settled_one(
    order: Order, operator: User, second_operator: User
) -> None:
    refund = approved_refund(order, "300", operator)
    bill = close(order.seller, "202601")
    assert bill and bill.sales_amount == 1000
    approve_refund(refund.number, actor=second_operator)
    complete_refund(refund.number, at(2, 10), actor=second_operator)
    assert Recovery.objects.get(refund=refund).amount == 300


def test_R5_1_the_sellers_share_is_at_the_original_lines_ratio(
    seller: Seller, operator: User, second_operator: User, settings: Any
) -> None:
    settings.REFUND_RECOVERY_BASIS = "seller_share"
    order = make_order(make_product(seller, ratio="0.15"), "100", at(1, 5))
    close(seller, "202601")
    refunded(order, "40", at(2, 10), operator, second_operator)
    recovery = Recovery.objects.get()
    assert (recovery.basis, recovery.amount) == ("seller_share", Decimal("34.00"))


def test_R5_1_the_share_of_a_partly_refunded_order_is_of_what_was_settled(
    seller: Seller, operator: User, second_operator: User, settings: Any
) -> None:
    """200 paid, 50 refunded before the bill: its line settles 150 x 0.85 = 127.50."""
    settings.REFUND_RECOVERY_BASIS = "seller_share"
    order = make_order(make_product(seller, ratio="0.15"), "200", at(1, 5))
    refunded(order, "50", at(1, 20), operator, second_operator)
    close(seller, "202601")
    refunded(order, "150", at(2, 10), operator, second_operator)
    assert Recovery.objects.get().amount == Decimal("127.50")


def test_R5_1_a_share_of_nothing_opens_no_recovery(
    seller: Seller, operator: User, second_operator: User, settings: Any
) -> None:
    settings.REFUND_RECOVERY_BASIS = "seller_share"
    order = make_order(make_product(seller, ratio="1"), "100", at(1, 5))
    close(seller, "202601")
    assert refunded(order, "40", at(2, 10), operator, second_operator).state == "refunded"
    assert not Recovery.objects.exists()


def test_R4_5_the_same_report_again_changes_nothing(
    approved: Refund, operator: User, nothing_changes: Callable[[], object]
) -> None:
    complete_refund(approved.number, at(2, 10), actor=operator)
    before = nothing_changes()
    again = complete_refund(approved.number, at(2, 10), actor=operator)
    assert (again.number, again.refunded_at) == (approved.number, at(2, 10))
    with pytest.raises(Conflict) as refusal:
        complete_refund(approved.number, at(2, 11), actor=operator)
    assert refusal.value.rule == "R4.5"
    assert nothing_changes() == before
    assert Recovery.objects.count() == 1


def test_R1_8_R4_5_money_is_not_returned_in_the_future_or_before_it_was_paid(
    approved: Refund, operator: User, nothing_changes: Callable[[], object]
) -> None:
    """The order was placed four days before the customer paid."""
    paid_at = approved.order.paid_at
    assert paid_at is not None
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE sellers_order DISABLE TRIGGER USER")  # it is on a bill
    Order.objects.update(placed_at=paid_at - timedelta(days=4))
    before = nothing_changes()
    for impossible, code in (
        (timezone.now() + timedelta(minutes=6), "in_future"),
        (approved.order.placed_at - timedelta(seconds=1), "before_order"),
        (paid_at - timedelta(seconds=1), "before_order"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            complete_refund(approved.number, impossible, actor=operator)
        assert (refusal.value.field, refusal.value.code) == ("refunded_at", code)
    assert Refund.objects.get().state == "approved"
    assert nothing_changes() == before


def test_R4_3_only_an_approved_refund_is_paid_out(
    settled_order: Order, operator: User, seller: Seller
) -> None:
    refund = approved_refund(settled_order, "300", operator)
    with pytest.raises(IllegalTransition):
        complete_refund(refund.number, at(2, 10), actor=operator)
    with pytest.raises(Forbidden):
        complete_refund(refund.number, at(2, 10), actor=make_member(seller, "owner"))
    assert not Recovery.objects.exists()


def test_every_step_of_a_refund_is_recorded_with_its_actor(
    settled_order: Order, operator: User, second_operator: User
) -> None:
    refund = refunded(settled_order, "300", at(2, 10), operator, second_operator)
    acts = Act.objects.filter(object_kind="refund", object_number=refund.number).order_by("pk")
    assert [(act.verb, act.actor, act.facts["state"]) for act in acts] == [
        ("requested", operator, "submitted"),
        ("agreed", a_spokesman(), "operator_review"),
        ("approved", second_operator, "approved"),
        ("refunded", second_operator, "refunded"),
    ]


@pytest.mark.parametrize(
    ("case", "bills", "deposit", "taken", "deposit_left", "receivable"),
    [
        ("both months cover it", (400, 600), 999, [400, 600], 999, None),
        ("then the deposit", (250, 400), 500, [250, 400, 350], 150, None),
        ("then the seller", (250, 400), 200, [250, 400, 200], 0, 150),
        ("no deposit", (250, 400), 0, [250, 400], 0, 350),
    ],
)
def test_R5_5_the_worked_example(
    settled_order: Order,
    operator: User,
    case: str,
    bills: tuple[int, int],
    deposit: int,
    taken: list[int],
    deposit_left: int,
    receivable: int | None,
) -> None:
    seller, product = settled_order.seller, settled_order.product
    if deposit:
        move_deposit(seller.number, "top_up", Decimal(deposit), "wire 1", actor=operator)
    refunded(settled_order, "1000", at(2, 10), operator, make_operator("oscar"))
    for month, amount in zip((2, 3), bills, strict=True):
        make_order(product, str(amount), at(month, 5))
        close(seller, f"2026{month:02}")
    recovery = Recovery.objects.get()
    amounts = recovery.allocations.order_by("pk").values_list("amount", flat=True)
    assert list(amounts) == taken
    assert recovery.outstanding == (receivable or 0)
    if deposit:
        assert seller.deposit.balance == deposit_left
    assert list(Receivable.objects.values_list("amount", flat=True)) == (
        [receivable] if receivable else []
    )
