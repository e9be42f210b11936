"""A negative balance ends within two bills: carried once, then deposit and receivable (R3.5)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.kit.cycles import Cycle
from koogallery.models import Notice
from sellers.models import Seller
from settlement.models import Adjustment, Bill, Deposit, LedgerEntry, Receivable, Recovery
from settlement.readings.invariants import check_books
from settlement.readings.recovery_paths import recovery_path
from settlement.services.closing.cycles import close_through
from settlement.services.deposits import move_deposit
from settlement.services.previews.preview import preview_batch
from settlement.services.recoveries.receivables import move_receivable_to_next_bill, pay_receivable
from tests.books import execute, refused_by
from tests.callers import operator_caller
from tests.settlement.builders import make_member
from tests.world import (
    a_deposit,
    a_product,
    a_refund,
    a_seller,
    an_adjustment,
    an_operator,
    an_order,
    close,
    the_bill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    """January paid 100.00, February is −150.00; February is closed."""
    seller = a_seller("S-NEG")
    an_order(a_product(seller, fee="0"), "100.00", "2024-01-10", number="first")
    close("202401", seller)
    an_adjustment(the_bill(seller, "202401"), "-150.00")
    close("202402", seller)
    return seller


def earn(seller: Seller, amount: str, cycle: str) -> Bill:
    day = f"{cycle[:4]}-{cycle[4:]}-10"
    an_order(seller.products.get(), amount, day)
    close(cycle, seller)
    return the_bill(seller, cycle)


def waiting() -> list[Decimal]:
    """What is carried and on no bill yet."""
    rows = Adjustment.objects.filter(kind="carry_over", bill_lines=None)
    return list(rows.values_list("amount", flat=True))


def books_hold() -> bool:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [found.difference for found in check_books() if not found.holds] == []


def test_R3_5_what_the_next_bill_leaves_uncovered_is_not_carried_again(seller: Seller) -> None:
    assert waiting() == [-150]
    a_deposit(seller, "40.00")

    bill = earn(seller, "50.00", "202403")

    assert (bill.adjustments, bill.settlement_amount, bill.net_payable) == (-150, -100, 0)
    recovery = Recovery.objects.get()
    assert (recovery.number, recovery.basis, recovery.refund) == (
        "RC202403-S-NEG",
        "negative_balance",
        None,
    )
    assert (recovery.original_bill.cycle, recovery.uncovered_on) == ("202402", bill.number)
    assert (recovery.amount, recovery.outstanding, recovery.state) == (100, 60, "receivable")
    receivable = Receivable.objects.get()
    assert (receivable.number, receivable.amount) == ("RV202403-S-NEG", 60)
    assert Deposit.objects.get().balance == 0
    assert waiting() == []
    assert books_hold()

    close("202404", seller)
    assert not Bill.objects.filter(cycle="202404").exists()


def test_R3_5_covered_by_the_next_bill_nothing_is_recovered(seller: Seller) -> None:
    bill = earn(seller, "150.00", "202403")

    assert (bill.settlement_amount, waiting()) == (0, [])
    assert not Recovery.objects.exists()
    assert books_hold()


def test_R3_5_only_what_is_newly_negative_is_carried_on(seller: Seller) -> None:
    an_adjustment(the_bill(seller, "202401"), "-80.00")
    bill = earn(seller, "50.00", "202403")

    assert bill.settlement_amount == -180
    assert Recovery.objects.get().amount == 150
    assert waiting() == [-30]

    close("202404", seller)
    second = Recovery.objects.get(cycle="202404")
    assert (second.amount, second.original_bill.cycle, waiting()) == (30, "202403", [])
    assert books_hold()


def test_R3_5_the_carry_over_alone_makes_the_bill(seller: Seller) -> None:
    close("202403", seller)

    assert the_bill(seller, "202403").settlement_amount == -150
    assert Recovery.objects.get().outstanding == 150
    assert books_hold()


def test_R3_5_R5_3_refunds_whose_window_ends_with_the_same_close_come_first(
    seller: Seller,
) -> None:
    a_refund(seller.orders.get(), "30.00", paid_out="2024-02-20")
    a_deposit(seller, "40.00")

    close("202403", seller)

    refund, balance = Recovery.objects.order_by("refunded_at")
    assert (refund.basis, refund.outstanding) == ("refund_amount", 0)
    assert (balance.basis, balance.outstanding) == ("negative_balance", 140)
    assert [step.amount for step in recovery_path(balance)] == [10, 140]
    assert books_hold()


def test_R3_5_a_negative_bill_offers_nothing_to_recoveries(seller: Seller) -> None:
    a_refund(seller.orders.get(), "30.00", paid_out="2024-03-20")

    close("202403", seller)

    assert Recovery.objects.get(basis="refund_amount").outstanding == 30
    assert the_bill(seller, "202403").recovered == 0


def test_R3_5_the_seller_is_told_at_each_step(seller: Seller) -> None:
    a_deposit(seller, "40.00")
    an_adjustment(the_bill(seller, "202401"), "-5.00")
    close("202403", seller)

    told = (
        Notice.objects.filter(seller_number=seller.number)
        .exclude(kind__in=["adjustment_recorded", "deposit_topped_up"])
        .order_by("pk")
    )
    kinds = [(each.kind, each.facts.get("amount")) for each in told]
    assert kinds == [
        ("bill_issued", None),
        ("bill_issued", None),
        ("negative_balance_carried", "150.00"),
        ("bill_issued", None),
        ("negative_balance_uncovered", "150.00"),
        ("negative_balance_carried", "5.00"),
        ("deposit_used", "40.00"),
        ("receivable_opened", "110.00"),
    ]


def test_R3_5_R5_7_it_is_paid_or_moved_like_any_receivable(seller: Seller) -> None:
    close("202403", seller)
    olga = an_operator()
    pay_receivable("RV202403-S-NEG", Decimal(20), "transfer", actor=olga)
    move_receivable_to_next_bill("RV202403-S-NEG", "agreed", actor=olga)

    bill = earn(seller, "50.00", "202404")

    assert (bill.recovered, bill.net_payable) == (50, 0)
    assert Recovery.objects.get().outstanding == 80
    assert Notice.objects.filter(kind="negative_balance_planned").count() == 1
    move_deposit(seller.number, "top_up", Decimal(100), "all", actor=olga)
    assert (Recovery.objects.get().state, Deposit.objects.get().balance) == ("recovered", 20)
    assert books_hold()


def test_R3_5_R7_1_what_is_carried_and_owed_stands_in_the_ledger(seller: Seller) -> None:
    earn(seller, "50.00", "202403")

    accounts = {
        account: sum(
            LedgerEntry.objects.filter(account=account).values_list("amount", flat=True), Decimal(0)
        )
        for account in ("carried_over", "recoveries", "receivables", "seller_payable")
    }
    assert accounts == {
        "carried_over": 0,
        "recoveries": 0,
        "receivables": 100,
        "seller_payable": -100,  # of January, paid out; of March nothing
    }


def test_R3_5_the_preview_shows_what_goes_to_deposit_and_receivable(seller: Seller) -> None:
    a_deposit(seller, "40.00")

    [shown] = preview_batch([seller.pk], Cycle("202403"))

    assert (shown.from_deposit, shown.to_receivable) == (40, 110)
    assert not Recovery.objects.exists()


def test_R3_5_it_is_listed_with_its_bills_and_without_a_refund(seller: Seller) -> None:
    close("202403", seller)

    caller = operator_caller(an_operator())
    [row] = caller.get("/recoveries/", {"basis": "negative_balance"}).body["results"]

    assert (row["refund"], row["order"], row["refunded_at"]) == (None, None, None)
    assert (row["original_bill"], row["bill"]) == ("B202402-S-NEG", "B202403-S-NEG")
    [receivable] = caller.get("/receivables/", {"seller": seller.number}).body["results"]
    assert (receivable["refund"], receivable["outstanding"]) == (None, "150.00")


@pytest.mark.parametrize(
    ("page", "number", "said"),
    [
        ("recovery-list", None, "Negative balance"),
        ("recovery-detail", "RC202403-S-NEG", "Recovery of a negative balance"),
        ("receivable-list", None, "Negative balance"),
        ("receivable-detail", "RV202403-S-NEG", "left open of the negative bill"),
        ("bill-detail", "B202403-S-NEG", "Not covered again"),
        ("bill-detail", "B202404-S-NEG", "Negative balance"),
        ("deposit-detail", "S-NEG", "RC202403-S-NEG"),
        ("statement", None, "Negative balance to be recovered"),
        ("overview", None, "100.00 USD is due on"),
    ],
)
def test_R3_5_the_console_shows_it(
    client: Client, seller: Seller, page: str, number: str | None, said: str
) -> None:
    a_deposit(seller, "40.00")
    close("202403", seller)
    move_receivable_to_next_bill("RV202403-S-NEG", "agreed", actor=an_operator())
    earn(seller, "10.00", "202404")
    client.force_login(make_member(seller, "mia"))

    address = reverse(f"console:{page}", args=[number] if number else [])
    query = {"first": "2024-01-01"} if page == "statement" else {}

    assert said in client.get(address, query).text


def test_R3_5_the_database_wants_a_refund_or_a_negative_balance(seller: Seller) -> None:
    close("202403", seller)
    with refused_by("a_recovery_is_of_a_refund_or_a_negative_balance"):
        execute("UPDATE settlement_recovery SET basis = 'refund_amount'")


def test_R3_5_a_batch_of_many_ends_each_of_its_own() -> None:
    sellers = [a_seller(f"S-{place}") for place in range(3)]
    for seller in sellers:
        an_order(a_product(seller, fee="0"), "100.00", "2024-01-10")
    close("202401", *sellers)
    for place, seller in enumerate(sellers, 1):
        an_adjustment(the_bill(seller, "202401"), f"-{place}.00")
    close("202402", *sellers)
    close_through([seller.pk for seller in sellers], Cycle("202404"))

    rows = Recovery.objects.order_by("number").values_list("number", "amount")
    assert list(rows) == [(f"RC202403-S-{place}", place + 1) for place in range(3)]
    assert books_hold()
