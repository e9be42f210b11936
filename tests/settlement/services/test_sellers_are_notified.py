"""Sellers hear of movements, adjustments and decisions about their bills, each once (R6.2, R10)."""

from decimal import Decimal
from typing import Any

import pytest

from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.models import Notice
from koogallery.notices import body_of
from sellers.models import Seller
from settlement.models import Bill, DepositMovement
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.bills.approval import approve_bill, reject_bill, resubmit_bill
from settlement.services.deposits import move_deposit
from tests import world
from tests.books import execute, refused_by

pytestmark = pytest.mark.django_db

Told = list[tuple[str, dict[str, Any]]]


def told(seller: Seller, *kinds: str) -> Told:
    rows = Notice.objects.of_sellers().filter(seller_number=seller.number, kind__in=kinds)
    return list(rows.order_by("sequence").values_list("kind", "facts"))


@pytest.fixture
def bill() -> Bill:
    seller = world.a_seller("S-1")
    world.an_order(world.a_product(seller, fee="0"), "1000.00", "2024-01-10")
    world.close("202401", seller)
    return world.the_bill(seller, "202401")


@pytest.mark.parametrize(
    ("move", "kind", "amount", "balance"),
    [
        ("top_up", "deposit_topped_up", "30.00", "130.00"),
        ("penalty", "deposit_penalty", "30.00", "70.00"),
        ("return", "deposit_returned", "30.00", "70.00"),
        ("adjustment", "deposit_adjusted", "30.00", "130.00"),
    ],
)
@pytest.mark.parametrize(("reason", "read"), [("Late, twice.", "Late, twice."), ("", "ref 2")])
def test_R6_2_every_movement_is_reported_with_its_reason(
    move: str, kind: str, amount: str, balance: str, reason: str, read: str
) -> None:
    seller = world.a_seller()
    world.a_deposit(seller, "100.00")
    if (move, reason) == ("adjustment", ""):
        with pytest.raises(InvalidInput, match="reason"):
            move_deposit(seller.number, move, Decimal(30), "ref 2", actor=world.an_operator())
        return
    move_deposit(
        seller.number, move, Decimal(30), "ref 2", f" {reason} ", actor=world.an_operator()
    )
    assert told(seller, kind)[-1] == (
        kind,
        {
            "amount": amount,
            "balance": balance,
            "reference": "ref 2",
            "reason": read,
            "currency": "USD",
        },
    )
    assert DepositMovement.objects.get(reference="ref 2").reason == read
    notice = Notice.objects.get(kind=kind, facts__reference="ref 2")
    assert f"Reason: {read}" in body_of(notice)


def test_R6_2_what_is_refused_reports_nothing() -> None:
    seller, olga = world.a_seller(), world.an_operator()
    world.a_deposit(seller, "10.00")
    before = Notice.objects.count()
    for amount, reason in (("11", "Too much."), ("1", "x" * 2001)):
        with pytest.raises((InvalidInput, Conflict)):
            move_deposit(seller.number, "penalty", Decimal(amount), "ref", reason, actor=olga)
    assert Notice.objects.count() == before


@pytest.mark.parametrize("kind", ["penalty", "adjustment"])
def test_R6_2_the_database_refuses_a_penalty_without_a_reason(kind: str) -> None:
    seller = world.a_seller()
    world.a_deposit(seller, "10.00")
    with refused_by("a_penalty_has_a_reason"):
        execute(
            "INSERT INTO settlement_depositmovement"
            " (seller_id, kind, change, balance_after, reference)"
            f" VALUES ({seller.pk}, '{kind}', -1, 9, 'x')"
        )


def _approve(bill: Bill) -> None:
    approve_bill(bill.number, actor=world.an_operator())


def _reject(bill: Bill) -> None:
    reject_bill(bill.number, "A rate is in doubt.", actor=world.an_operator())


def _adjust(bill: Bill) -> None:
    adjust_bill(bill.number, Decimal("-12.40"), "Measured twice.", actor=world.an_operator())


_BILL = {"bill": "B202401-S-1", "currency": "USD"}
DECISIONS = {
    "bill_approved": (_approve, {**_BILL, "cycle": "202401", "net_payable": "1000.00"}),
    "bill_rejected": (
        _reject,
        {**_BILL, "net_payable": "1000.00", "reason": "A rate is in doubt."},
    ),
    "adjustment_recorded": (_adjust, {**_BILL, "amount": "-12.40", "reason": "Measured twice."}),
}


@pytest.mark.parametrize("kind", DECISIONS)
def test_R10_what_is_decided_about_a_bill_is_reported_once(bill: Bill, kind: str) -> None:
    act, facts = DECISIONS[kind]
    act(bill)
    [(found, has)] = told(bill.seller, kind)
    assert found == kind
    assert facts.items() <= has.items()


def test_R10_a_bill_rejected_again_is_reported_again(bill: Bill) -> None:
    _reject(bill)
    resubmit_bill(bill.number, actor=world.an_operator())
    _reject(bill)
    assert len(told(bill.seller, "bill_rejected")) == 2


def test_R10_a_bill_that_pays_nothing_is_reported_as_approved() -> None:
    seller = world.a_seller()
    order = world.an_order(world.a_product(seller, fee="0"), "100.00", "2024-01-10")
    world.close("202401", seller)
    world.a_refund(order, "100.00", paid_out="2024-02-10")
    world.an_order(order.product, "50.00", "2024-02-05")
    world.close("202402", seller)
    _approve(world.the_bill(seller, "202402"))
    [(_, facts)] = told(seller, "bill_approved")
    assert facts["net_payable"] == "0.00"
