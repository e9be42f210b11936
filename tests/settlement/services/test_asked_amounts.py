"""Asked amounts are right: paying them ends what they are asked for (R5.6, R6.2, R4.6)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from koogallery.models import Notice, User
from koogallery.telling import fact_name, fact_value
from sellers.models import Seller
from settlement.models import Receivable
from settlement.portal.overview import tasks_of
from settlement.portal.waiting import waiting_money
from settlement.readings.recovery_paths import taken_since_opening
from settlement.rules.deposits import top_up_asked
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.deposits import move_deposit, top_up_of
from settlement.services.previews.effects import rehearse
from settlement.services.previews.kept import renew
from settlement.services.previews.refunds import simulate_in_turn, simulate_refund
from settlement.services.recoveries.receivables import move_receivable_to_next_bill, pay_receivable
from settlement.services.refunds.lifecycle import request_refund
from tests.callers import operator_caller
from tests.settlement.builders import make_member
from tests.world import (
    a_deposit,
    a_product,
    a_refund,
    a_seller,
    an_operator,
    an_order,
    close,
    the_bill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    """A deposit of 60.00 of 200.00 is used up; of 150.00 to recover 90.00 are open."""
    seller = a_seller("S-ASK", required_deposit="200")
    order = an_order(a_product(seller, fee="0"), "500.00", "2024-01-10")
    close("202401", seller)
    a_deposit(seller, "260.00")
    move_deposit(seller.number, "return", Decimal(200), "too much", actor=an_operator())
    a_refund(order, "150.00", paid_out="2024-02-10")
    close("202403", seller)
    return seller


@pytest.fixture
def mia(seller: Seller) -> User:
    return make_member(seller, "mia")


@pytest.mark.parametrize(
    ("required", "receivables", "balance", "asked"),
    [(200, 90, 0, 290), (200, 0, 120, 80), (200, 0, 200, 0), (0, 90, 0, 0), (200, 0, 250, 0)],
)
def test_R6_2_what_is_asked_is_the_level_and_the_receivables_less_the_balance(
    required: int, receivables: int, balance: int, asked: int
) -> None:
    amounts = map(Decimal, (required, receivables, balance))
    assert top_up_asked(*amounts) == asked


def deposit_tasks(seller: Seller) -> list[str]:
    tasks = tasks_of(seller, timezone.now(), waiting_money(seller))
    return [task.what for task in tasks if task.rule == "R6.2"]


def test_R6_2_paying_what_is_asked_ends_the_flag_and_the_task(seller: Seller) -> None:
    top_up = top_up_of(seller)
    assert (top_up.asked, top_up.missing, top_up.receivables) == (290, 200, 90)
    told = deposit_tasks(seller)
    assert told == [
        (
            "Please top up your deposit by 290.00 USD: 90.00 USD for open receivables, the rest to "
            "reach its required level."
        )
    ]

    a_deposit(seller, "290.00")

    assert (top_up_of(seller).asked, top_up_of(seller).balance) == (0, 200)
    assert deposit_tasks(seller) == []


def test_R6_2_the_pages_and_the_api_ask_for_the_same(
    client: Client, seller: Seller, mia: User
) -> None:
    client.force_login(mia)
    page = client.get(reverse("console:deposit-detail", args=[seller.number])).text
    assert "Please top up <data" in page and ">290.00 " in page
    assert "of it pay your open receivables" in page
    answer = operator_caller(an_operator()).get(f"/deposits/{seller.number}/").body
    assert (answer["top_up_asked"], answer["open_receivables"]) == ("290.00", "90.00")
    client.force_login(an_operator())
    desk = reverse("admin:settlement_deposit_change", args=[seller.pk])
    assert "asked to top up" in client.get(desk).text


def test_R6_2_the_notice_of_a_close_asks_for_it_too() -> None:
    seller = a_seller("S-LOW", required_deposit="100")
    order = an_order(a_product(seller, fee="0"), "500.00", "2024-01-10")
    close("202401", seller)
    a_deposit(seller, "100.00")
    a_refund(order, "150.00", paid_out="2024-02-10")

    close("202403", seller)

    facts = Notice.objects.get(kind="deposit_below_level").facts
    assert (facts["balance"], facts["open_receivables"], facts["top_up"]) == (
        "0.00",
        "50.00",
        "150.00",
    )
    a_deposit(seller, facts["top_up"])
    assert top_up_of(seller).balance == 100


def test_R5_6_a_receivable_is_what_was_paid_since_it_opened_and_what_is_left(
    client: Client, seller: Seller, mia: User
) -> None:
    receivable, olga = Receivable.objects.get(), an_operator()
    assert (receivable.amount, taken_since_opening(receivable)) == (90, [])
    pay_receivable(receivable.number, Decimal(20), "wire 1", actor=olga)
    move_receivable_to_next_bill(receivable.number, "agreed", actor=olga)
    an_order(seller.products.get(), "15.00", "2024-04-10")
    close("202404", seller)
    a_deposit(seller, "30.00")

    receivable = Receivable.objects.get()
    taken = taken_since_opening(receivable)
    assert [(each.source, each.amount) for each in taken] == [
        ("payment", 20),
        ("bill", 15),
        ("deposit", 30),
    ]
    assert sum(each.amount for each in taken) + receivable.recovery.outstanding == 90

    answer = operator_caller(olga).get(f"/receivables/{receivable.number}/").body
    assert [(each["source"], each["amount"]) for each in answer["paid"]] == [
        ("payment", "20.00"),
        ("bill", "15.00"),
        ("deposit", "30.00"),
    ]
    client.force_login(mia)
    page = client.get(reverse("console:receivable-detail", args=[receivable.number])).text
    for shown in ("wire 1", "B202404-S-ASK", ">20.00<", ">15.00<", ">30.00<", ">25.00<", ">90.00<"):
        assert shown in page
    client.force_login(olga)
    desk = client.get(reverse("admin:settlement_receivable_change", args=[receivable.pk])).text
    assert "wire 1" in desk and "30.00 USD" in desk


def test_what_was_done_says_over_what_amount(client: Client, seller: Seller, mia: User) -> None:
    pay_receivable(Receivable.objects.get().number, Decimal(20), "wire 1", actor=an_operator())
    client.force_login(mia)
    deposit = client.get(reverse("console:deposit-detail", args=[seller.number]))
    assert [(each.what, each.amount) for each in deposit.context["history"]] == [
        ("Topped up", 260),
        ("Returned", 200),
    ]
    receivable = client.get(
        reverse("console:receivable-detail", args=[Receivable.objects.get().number])
    )
    assert [(each.what, each.amount) for each in receivable.context["history"]] == [("Paid", 20)]


def test_R4_6_a_refund_of_an_order_not_billed_says_what_the_order_settles_then(
    client: Client,
) -> None:
    seller = a_seller("S-UNB")
    product = a_product(seller, fee="0.2", delivery="license", supervised=True)
    order = an_order(
        product,
        "3000.00",
        "2024-01-10",
        paid_amount="3600.00",
        supervision="waiting_for_service",
    )
    first = request_refund(order.number, Decimal(1800), "not needed", actor=an_operator())
    second = request_refund(order.number, Decimal(900), "not needed", actor=an_operator())

    alone = simulate_refund(first)
    assert (alone.order_settlement_before, alone.order_settlement_after) == (2400, 1200)
    assert not alone.settled
    _, after_it = simulate_in_turn([first, second])
    assert (after_it.order_settlement_before, after_it.order_settlement_after) == (1200, 600)

    answer = operator_caller(an_operator()).get(f"/refunds/{first.number}/simulation/").body
    assert answer["order_settlement_before"] == "2400.00"
    assert answer["order_settlement_after"] == "1200.00"
    renew(seller, first)
    client.force_login(make_member(seller, "zofia"))
    page = client.get(reverse("console:refund-detail", args=[first.number])).text
    assert "This order would settle" in page and ">1,200.00 " in page and ">2,400.00 " in page


def test_R4_6_an_order_billed_already_settles_what_it_did(seller: Seller) -> None:
    refund = request_refund(
        seller.orders.get().number, Decimal(10), "not needed", "contract", actor=an_operator()
    )
    shown = simulate_refund(refund)
    assert (shown.settled, shown.order_settlement_before) == (True, None)


def test_R3_5_an_adjustment_beyond_the_bill_shows_everything_that_is_carried_on(
    seller: Seller,
) -> None:
    a_deposit(seller, "100.00")
    an_order(seller.products.get(), "50.00", "2024-04-10")
    bill, olga = the_bill(seller, "202401"), an_operator()

    seen = rehearse(
        lambda: adjust_bill(bill.number, Decimal(-900), "twice", actor=olga),
        seller.number,
        actor=olga,
    )

    facts = {fact_name(fact): fact_value(fact.value) for fact in seen.facts}
    assert facts["Settlement amount of bill April 2024"] == "50.00 USD → −850.00 USD"
    assert facts["Next payment with bill April 2024"] == "50.00 USD → 0.00 USD"
    assert facts["Carried on to bill May 2024"] == "0.00 USD → 850.00 USD"
    assert facts["From the deposit if nothing more is sold by May 2024"] == "0.00 USD → 10.00 USD"
    assert facts["To a receivable if nothing more is sold by May 2024"] == "0.00 USD → 840.00 USD"
