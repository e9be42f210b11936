"""What is simulated and previewed is what then happens, for random sellers (CASES: how many)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from koogallery.models import User
from sellers.models import Seller
from settlement.models import Bill, Recovery, Refund
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.closing.cycles import close_through
from settlement.services.closing.digests import Mark
from settlement.services.deposits import balance_of, move_deposit
from settlement.services.previews.preview import preview_batch
from settlement.services.previews.refunds import Simulation, in_turn, simulate_in_turn
from settlement.services.refunds import lifecycle
from tests.settlement.builders import (
    a_spokesman,
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)

pytestmark = pytest.mark.django_db

#: Each closes several months a dozen times over.
few = settings(max_examples=int(os.environ.get("CASES", "10")))
amounts = st.integers(1, 100_000).map(lambda cents: Decimal(cents) / 100)
ratios = st.sampled_from(["0", "0.15", "0.333333"])
days = st.sampled_from([at(1, 20), at(2, 10), at(3, 5)])


@dataclass(frozen=True)
class Case:
    """A seller's January is settled; the refunds are of it, and of what February sold."""

    ratio: str
    january: Decimal
    february: list[Decimal]
    march: list[Decimal]
    deposit: Decimal
    adjustment: Decimal
    shares: list[int]  # of the refundable order, in percent
    of_unbilled: list[bool]
    refunded_at: datetime


cases = st.builds(
    Case,
    ratio=ratios,
    january=amounts,
    february=st.lists(amounts, min_size=1, max_size=2),
    march=st.lists(amounts, max_size=2),
    deposit=st.just(ZERO) | amounts,
    adjustment=st.just(ZERO) | amounts.map(lambda amount: -amount),
    shares=st.lists(st.integers(1, 33), min_size=1, max_size=3),
    of_unbilled=st.lists(st.booleans(), min_size=3, max_size=3),
    refunded_at=days,
)


@contextmanager
def rolled_back() -> Iterator[None]:
    """One example leaves nothing to the next."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def build(case: Case, olga: User) -> tuple[Seller, list[Refund]]:
    product = make_product(make_seller(), ratio=case.ratio)
    settled = make_order(product, str(case.january), at(1, 5), number="CS-0")
    seller = settled.seller
    if case.deposit:
        move_deposit(seller.number, "top_up", case.deposit, "first", actor=olga)
    bill = close(seller, "202601")
    assert bill
    if case.adjustment:
        adjust_bill(bill.number, case.adjustment, "counted twice", actor=olga)
    product.seller.refresh_from_db()
    placed = [(amount, at(2, 5)) for amount in case.february]
    placed += [(amount, at(3, 5)) for amount in case.march]
    orders = [
        make_order(
            product,
            str(amount),
            effective,
            number=f"CS-{place}",
            paid_at=at(1, 2),
            placed_at=at(1, 2),
        )
        for place, (amount, effective) in enumerate(placed, 1)
    ]
    asked = []
    for share, is_unbilled in zip(case.shares, case.of_unbilled, strict=False):
        order = orders[0] if is_unbilled else settled
        amount = (order.paid_amount * share / 100).quantize(Decimal("0.01"))
        if amount:
            asked.append(approved(order.number, amount, olga))
    return seller, asked


def approved(order: str, amount: Decimal, olga: User) -> Refund:
    refund = lifecycle.request_refund(order, amount, "unused", "contract 7", actor=olga)
    if refund.state == "seller_review":
        refund = lifecycle.agree_refund(refund.number, actor=a_spokesman())
    return refund


def steps(simulation: Simulation) -> list[tuple[str, Any, Decimal]]:
    return [(step.source, step.cycle, step.amount) for step in simulation.steps]


def taken(refund: Refund) -> list[tuple[str, Any, Decimal]]:
    recovery = Recovery.objects.filter(refund=refund).first()
    if recovery is None:
        return []
    found = [
        (each.source, each.bill.cycle if each.bill else None, each.amount)
        for each in recovery.allocations.select_related("bill").order_by("id")
    ]
    owed = [("receivable", None, recovery.outstanding)] if recovery.outstanding else []
    return found + owed


def test_R4_6_a_refund_that_makes_the_bill_smaller_is_told_first() -> None:
    """Found by the property below: told by number alone, the first would be promised too much."""
    olga, oscar = make_operator("olga"), make_operator("oscar")
    case = Case(
        ratio="0",
        january=Decimal(100),
        february=[Decimal(50)],
        march=[],
        deposit=ZERO,
        adjustment=ZERO,
        shares=[33, 30],
        of_unbilled=[False, True, False],
        refunded_at=at(2, 10),
    )
    seller, asked = build(case, olga)
    settled, unbilled = asked

    told = simulate_in_turn(in_turn(asked), refunded_at=case.refunded_at)

    assert [each.refund for each in told] == [unbilled.number, settled.number]
    assert steps(told[1]) == [("bill", "202602", Decimal(33))]
    assert told[1].next_payment_after == 2
    for refund in asked:
        lifecycle.approve_refund(refund.number, actor=oscar)
        lifecycle.complete_refund(refund.number, case.refunded_at, actor=olga)
    bill = close(seller, "202602")
    assert bill and bill.net_payable == 2


def test_R4_3_what_is_simulated_is_what_then_happens() -> None:
    olga, oscar = make_operator("olga"), make_operator("oscar")

    @few
    @given(cases)
    def check(case: Case) -> None:
        with rolled_back():
            seller, asked = build(case, olga)
            asked = in_turn(asked)
            told = simulate_in_turn(asked, refunded_at=case.refunded_at)
            for refund in asked:
                lifecycle.approve_refund(refund.number, actor=oscar)
                lifecycle.complete_refund(refund.number, case.refunded_at, actor=olga)
            for simulation, refund in zip(told, asked, strict=True):
                ends = Recovery.objects.filter(seller=seller).values_list("window_end", flat=True)
                close_through([seller.pk], Cycle(max([simulation.next_cycle, *ends])))
                assert taken(refund) == steps(simulation)
            if told:
                bill = Bill.objects.filter(seller=seller, cycle=told[-1].next_cycle).first()
                assert (bill.net_payable if bill else ZERO) == told[-1].next_payment_after
                assert balance_of(seller.pk) == told[-1].deposit_after

    check()


def test_R1_7_what_is_previewed_is_what_is_then_issued() -> None:
    olga, oscar = make_operator("olga"), make_operator("oscar")

    @few
    @given(cases, st.sampled_from(["202602", "202603", "202604"]))
    def check(case: Case, cycle: str) -> None:
        with rolled_back():
            seller, asked = build(case, olga)
            for refund in asked[:2]:
                lifecycle.approve_refund(refund.number, actor=oscar)
            if asked:
                lifecycle.complete_refund(asked[0].number, case.refunded_at, actor=olga)
            [shown] = preview_batch([seller.pk], Cycle(cycle), with_content=True)
            mark = Mark.of([seller.pk])
            close_through([seller.pk], Cycle(cycle))
            assert mark.issued_since()[seller.pk] == shown.content
            bill = Bill.objects.filter(seller=seller, cycle=cycle).first()
            assert shown.net_payable == (bill.net_payable if bill else ZERO)

    check()
