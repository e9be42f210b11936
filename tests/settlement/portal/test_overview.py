"""What comes next and when, what needs the seller, what came before."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from koogallery.models import User
from sellers.choices import Role
from sellers.models import Product, Seller
from sellers.services.companies.certifications import reject_certification
from settlement.portal.overview import tasks_of
from settlement.portal.waiting import waiting_money
from settlement.services.previews.kept import renew
from tests.books import snapshot
from tests.sellers.applying import a_certification
from tests.settlement.builders import make_member
from tests.settlement.portal.marketplace import a_marketplace
from tests.world import (
    LONG_AGO,
    a_deposit,
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_operator,
    an_order,
    at,
    close,
    some_usage,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 5, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_next_two_bills_are_what_closing_would_issue_and_nothing_is_changed(
    client: Client,
) -> None:
    seller = a_seller()
    product = a_product(seller)
    sold = an_order(product, "1000", "2024-04-05")
    close("202404", seller)
    an_order(product, "100", "2024-05-05")
    a_refund(sold, "300", paid_out="2024-05-09")
    client.force_login(make_member(seller, "lina"))
    renew(seller)
    before = snapshot()
    page = client.get("/overview/")
    first, second = page.context["coming"]

    assert (first.cycle, str(first.run_day)) == ("202405", "2024-06-07")
    assert (first.preview.settlement_amount, first.preview.recovered) == (Decimal(85), Decimal(85))
    assert (second.cycle, str(second.run_day)) == ("202406", "2024-07-08")
    assert second.preview.to_receivable == Decimal(215)
    assert [month.bill.cycle for month in page.context["months"]] == ["202404"]
    assert [(row.label, row.amount) for row in page.context["products"]] == [("Firewall", 850)]
    assert snapshot() == before


def test_what_needs_the_seller_is_named_with_its_amounts() -> None:
    marketplace = a_marketplace()
    waiting = waiting_money(marketplace.seller, NOW)
    told = [task.what for task in tasks_of(marketplace.seller, NOW, waiting)]

    assert told[1:] == [
        "1 refund waits for your answer.",
        f"Invoice bill {marketplace.bill.number} over 758.93 USD by 20 Jun 2024.",
        "1 message to your server has been given up.",
        (
            "Please top up your deposit by 2,500.00 USD: 500.00 USD for open receivables, the "
            "rest to reach its required level."
        ),
    ]
    assert told[0].startswith("500.00 USD is due on ")


def test_money_that_waits_is_told_by_what_for_and_how_long(client: Client) -> None:
    """As a line of it would settle; each row leads to a list that holds what it counts."""
    seller = a_seller(certified="2024-01-01")
    product = a_product(seller, fee="0.1")
    an_order(product, "1000", "2024-03-05", paid=None)
    provided = a_product(seller, fee="0.1", delivery="license", supervised=True)
    for sales in ("100", "200"):
        an_order(provided, sales, "2024-04-05", supervision="waiting_for_service")
    refunded = an_order(product, "300", "2024-04-06")
    a_refund(refunded, "100")
    an_order(product, "400", "2024-05-06")  # waits for the end of the month alone
    used = a_pay_per_use_order(product, paid=None)
    some_usage(used, "50", "2024-05-07")
    close("202404", seller)
    client.force_login(make_member(seller, "lina"))
    waiting = client.get("/overview/").context["waiting"]

    told = {row.waiting.what: (row.waiting.count, row.waiting.amount) for row in waiting.before}
    assert told == {
        "waiting_for_service": (2, 270),
        "not_paid": (2, 945),
        "refund_pending": (1, 270),
    }
    assert {row.days for row in waiting.before} == {(NOW - at(LONG_AGO)).days}
    for row in waiting.before:
        rows = client.get(row.address).context["page"].rows
        assert len(rows) == row.waiting.count, row.address
    assert (waiting.total_before, waiting.after) == (1485, [])


def test_without_tasks_and_bills_the_page_says_what_will_appear(client: Client) -> None:
    seller = a_seller()
    client.force_login(make_member(seller, "lina"))
    page = client.get("/overview/").text

    assert "Nothing needs you just now" in page
    assert "Your first bill appears here once it is issued." in page


def test_the_way_to_the_first_bill_says_what_is_done_and_whose_turn_it_is(client: Client) -> None:
    """It is gone with the first bill."""
    seller = a_seller(certified=None)
    owner, viewer = make_member(seller, "lina"), make_member(seller, "vera", Role.VIEWER)

    def steps(reader: User) -> list[tuple[bool, bool, bool]]:
        client.force_login(reader)
        found = client.get("/overview/").context["first"].steps
        return [(step.is_done, step.is_waiting, bool(step.address)) for step in found]

    untouched, later = (False, False, True), (False, False, False)
    assert steps(owner) == [untouched] * 3 + [later] + [untouched] * 2
    assert steps(viewer) == [later] * 4 + [untouched] * 2
    sent = a_certification(seller, owner)
    assert steps(owner)[0] == (False, True, True)
    page = client.get("/overview/").text
    assert "Your business information" not in page  # it is not the seller's turn
    reject_certification(sent.number, "Unreadable.", actor=an_operator("olga"))
    page = client.get("/overview/").text
    assert page.count("Your business information was rejected.") == 1
    assert "Rejected, with a reason." in page
    assert "What takes effect by the end of May 2024 and is paid is billed on 7 Jun 2024." in page
    Seller.objects.update(certified_at=NOW)
    product = a_product(seller)
    assert [done for done, *_ in steps(owner)] == [True, False, True, False, False, False]
    assert steps(owner)[3] == untouched
    Product.objects.update(delivery_method="license")
    an_order(product, "1000", "2024-04-05")
    assert [done for done, *_ in steps(owner)] == [True, False, True, True, True, False]
    close("202404", seller)
    assert client.get("/overview/").context["first"] is None


def test_an_uncertified_seller_is_told_first(client: Client) -> None:
    seller = a_seller(certified=None, required_deposit="10")
    a_deposit(seller, "10")
    [task] = tasks_of(seller, NOW, waiting_money(seller, NOW))

    assert (task.is_urgent, task.rule) == (True, "R1.3")


@pytest.mark.parametrize(
    ("role", "rules"),
    [
        (Role.OWNER, {"R5.3", "R4.3", "R8.1", "R9.4", "R6.2"}),
        (Role.FINANCE, {"R5.3", "R8.1", "R6.2"}),
        (Role.OPERATIONS, {"R4.3", "R9.4"}),
        (Role.VIEWER, set()),
    ],
)
def test_nobody_is_asked_for_what_another_role_does(
    client: Client, role: Role, rules: set[str]
) -> None:
    marketplace = a_marketplace()
    client.force_login(marketplace.members[role])
    tasks = client.get("/overview/").context["tasks"]
    assert {task.rule for task in tasks} == rules
