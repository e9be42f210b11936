"""Transaction Details: on which bill, or why on none and when expected."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koogallery.models import User
from sellers.models import Product, Seller
from tests.callers import seller_caller
from tests.settlement.builders import make_member
from tests.world import (
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_order,
    close,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 5, 20, 4, tzinfo=UTC)
PAGE = "/transactions/"


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def seller() -> Seller:
    return a_seller()


@pytest.fixture
def product(seller: Seller) -> Product:
    return a_product(seller, delivery="license", supervised=True)


@pytest.fixture
def lina(seller: Seller) -> User:
    return make_member(seller, "lina")


@pytest.fixture
def console(client: Client, lina: User) -> Client:
    client.force_login(lina)
    return client


def rows(console: Client, query: str = "") -> list[Any]:
    return list(console.get(f"{PAGE}{query}").context["page"].rows)


def shown(console: Client, query: str = "") -> list[tuple[str, str | None]]:
    return [(row.order.number, row.transaction.cycle) for row in rows(console, query)]


def test_a_billed_order_names_its_bill_and_line(console: Client, product: Product) -> None:
    order = an_order(product, "100", "2024-03-05", number="O-A")
    close("202403", product.seller)
    [row] = rows(console)

    assert (row.bill, row.line_no, row.outlook) == (
        the_bill(product.seller, "202403").number,
        order.bill_lines.get().line_no,
        None,
    )


def test_usage_is_one_row_per_order_and_cycle_with_its_records_behind_it(
    console: Client, seller: Seller
) -> None:
    order = a_pay_per_use_order(a_product(seller), number="O-PPU")
    some_usage(order, "1.5", "2024-03-06")
    some_usage(order, "2.25", "2024-03-07")
    some_usage(order, "4", "2024-04-01")
    close("202403", seller)
    april, march = rows(console)

    assert (march.transaction.records, str(march.transaction.sales_amount)) == (2, "3.750000000000")
    assert (march.bill, april.bill) == (the_bill(seller, "202403").number, "")
    shown = console.get("/transactions/O-PPU/usage/202403/").context
    lines = [shown["view"].beside(record)["line"] for record in shown["page"].rows]
    assert [line.line_no for line in lines] == [1, 2]
    assert "Not yet billed" in console.get("/transactions/O-PPU/usage/202404/").text


Case = Callable[[Product], Any]
CASES: dict[str, Case] = {
    "not enabled": lambda product: an_order(product, "9", None, paid="2024-05-02"),
    "takes effect later": lambda product: an_order(
        product, "9", "2024-06-02", paid="2024-05-02", order_type="renewal"
    ),
    "not paid": lambda product: an_order(product, "9", "2024-05-02", paid=None),
    "service open": lambda product: an_order(
        product, "9", "2024-05-02", supervision="waiting_for_service"
    ),
    "acceptance open": lambda product: an_order(
        product, "9", "2024-05-02", supervision="waiting_for_acceptance"
    ),
    "refund to be paid out": lambda product: a_refund(an_order(product, "9", "2024-05-02"), "3"),
    "month running": lambda product: an_order(product, "9", "2024-05-02"),
    "run not yet": lambda product: an_order(product, "9", "2024-04-02"),
}


@pytest.mark.parametrize(
    ("case", "headline", "cycle", "day"),
    [
        ("not enabled", "waiting to be enabled", "202405", "7 Jun 2024"),
        ("takes effect later", "takes effect later", "202406", "8 Jul 2024"),
        ("not paid", "customer’s payment", "202405", "7 Jun 2024"),
        ("service open", "waiting for your service", "202405", "7 Jun 2024"),
        ("acceptance open", "customer’s acceptance", "202405", "7 Jun 2024"),
        ("refund to be paid out", "refund to be paid out", "202405", "7 Jun 2024"),
        ("month running", "Expected on the bill of May 2024", "202405", "7 Jun 2024"),
        ("run not yet", "whose run was due on 7 May 2024", "202404", "7 May 2024"),
    ],
)
def test_R1_3_why_not_and_when_expected(
    console: Client, product: Product, case: str, headline: str, cycle: str, day: str
) -> None:
    CASES[case](product)
    page = console.get(PAGE)
    [row] = page.context["page"].rows

    assert row.outlook.cycle == cycle
    assert headline in page.text
    assert day in page.text


def test_R1_3_nothing_of_an_uncertified_seller_is_billed(client: Client) -> None:
    seller = a_seller(certified=None)
    an_order(a_product(seller), "9", "2024-05-02")
    client.force_login(make_member(seller, "emma"))

    assert "waiting for your certification" in client.get(PAGE).text


def test_R4_6_what_is_refunded_in_full_says_never(console: Client, product: Product) -> None:
    a_refund(an_order(product, "9", "2024-05-02"), "9", paid_out="2024-05-09")
    [row] = rows(console, "?kind=order")

    assert (
        row.outlook.never == "The customer has been refunded in full, so it never reaches a bill."
    )
    assert row.outlook.conditions == ()


def test_R1_3_trials_are_not_listed(console: Client, product: Product) -> None:
    an_order(product, "0", "2024-05-02", order_type="trial")

    assert rows(console) == []
    assert "Nothing sold yet" in console.get(PAGE).text


def test_filters_narrow_by_everything_they_offer(console: Client, seller: Seller) -> None:
    an_order(a_product(seller), "100", "2024-03-05", number="O-MARCH")
    an_order(a_product(seller), "100", "2024-05-05", number="O-MAY")
    usage = a_pay_per_use_order(a_product(seller), number="O-PPU")
    some_usage(usage, "1", "2024-03-06")
    close("202403", seller)

    assert shown(console, "?number=o-m") == [("O-MAY", "202405"), ("O-MARCH", "202403")]
    assert shown(console, "?cycle=202403") == [("O-PPU", "202403"), ("O-MARCH", "202403")]
    assert shown(console, "?cycle_from=202404") == [("O-MAY", "202405")]
    assert len(shown(console, "?cycle_to=202403")) == 2
    assert shown(console, "?billed=no") == [("O-MAY", "202405")]
    assert shown(console, "?billed=yes&kind=order") == [("O-MARCH", "202403")]
    assert shown(console, "?kind=usage") == [("O-PPU", "202403")]
    assert len(shown(console, "?customer=fabri")) == 3
    assert shown(console, "?customer=nobody") == []
    assert shown(console, f"?product={usage.product.number}") == [("O-PPU", "202403")]
    assert shown(console, "?number=100%25") == []


@pytest.mark.parametrize(
    "query", ["cycle=2024", "cycle_from=202403&cycle_to=202402", "kind=x", "billed=x"]
)
def test_a_filter_that_is_not_understood_shows_nothing_and_says_so(
    console: Client, product: Product, query: str
) -> None:
    an_order(product, "9", "2024-05-02")
    answer = console.get(f"{PAGE}?{query}")

    assert answer.context["page"].rows == []
    assert 'class="errorlist"' in answer.text


@pytest.mark.parametrize(
    "sort", ["order", "-order", "cycle", "-cycle", "sales_amount", "-sales_amount"]
)
def test_pages_of_every_order_hold_each_row_once(
    console: Client, seller: Seller, sort: str
) -> None:
    product = a_product(seller)
    for number in range(30):
        an_order(product, str(100 + number % 3), f"2024-0{3 + number % 3}-05")
    usage = a_pay_per_use_order(product)
    for month in (3, 4, 5):
        some_usage(usage, "101", f"2024-0{month}-06")
    first = console.get(f"{PAGE}?sort={sort}").context["page"]
    second = console.get(f"{PAGE}?sort={sort}&after={first.after}").context["page"]
    back = console.get(f"{PAGE}?sort={sort}&before={second.before}").context["page"]
    whole = [row.transaction for row in (*first.rows, *second.rows)]

    assert (len(first.rows), len(second.rows)) == (25, 8)
    assert len({(each.order, each.cycle) for each in whole}) == 33
    assert back.rows == first.rows
    keys = [each.place(sort.removeprefix("-")) for each in whole]
    ordered = sorted(
        keys, key=lambda place: (place.value, place.order, place.cycle), reverse=sort[0] == "-"
    )
    assert keys == ordered


@pytest.mark.parametrize(
    "place",
    ["x", "1~2~3~4", "NaN~1~202403~202403", "1~1~202403", "~~~", "1e9999999~1~202403~202403"],
)
def test_a_place_that_is_none_means_the_beginning(
    console: Client, product: Product, place: str
) -> None:
    an_order(product, "9", "2024-05-02")

    assert len(rows(console, f"?after={place}")) == 1


def test_the_list_takes_no_more_queries_for_25_rows_than_for_3(
    console: Client, seller: Seller
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert console.get(PAGE).status_code == 200
        return len(captured)

    product = a_product(seller, delivery="license", supervised=True)
    usage = a_pay_per_use_order(a_product(seller))
    some_usage(usage, "1", "2024-03-06")
    an_order(product, "9", "2024-03-05")
    close("202403", seller)
    an_order(product, "9", "2024-05-02")
    with_3 = queries()
    for number in range(25):
        an_order(product, "9", f"2024-0{4 + number % 2}-05")
        some_usage(usage, "1", f"2024-0{4 + number % 2}-06")

    assert queries() <= with_3


def test_an_unsubscription_is_a_row_of_its_own_with_its_order_and_what_that_settled(
    console: Client, product: Product
) -> None:
    order = an_order(product, "100", "2024-03-05", number="O-A", paid_amount="120")
    close("202403", product.seller)
    refund = a_refund(order, "30", paid_out="2024-04-07")

    unsubscribed, sold = rows(console)

    transaction = unsubscribed.transaction
    assert (transaction.kind, unsubscribed.order.number) == ("unsubscription", "O-A")
    assert (transaction.cycle, transaction.sales_amount) == ("202404", -25)
    assert (unsubscribed.refund, unsubscribed.settlement) == (refund, 85)
    assert (unsubscribed.bill, unsubscribed.line_no) == (sold.bill, sold.line_no)
    assert unsubscribed.outlook is None
    page = console.get(PAGE).text
    assert f"/refunds/{refund.number}/" in page or refund.number in page
    assert refund.recovery.number in page


def test_an_order_refunded_before_it_was_billed_has_its_unsubscription_too(
    console: Client, product: Product
) -> None:
    a_refund(an_order(product, "100", "2024-03-05", number="O-A"), "100", paid_out="2024-03-07")

    unsubscribed, sold = sorted(rows(console), key=lambda row: row.transaction.kind, reverse=True)

    assert (unsubscribed.transaction.kind, unsubscribed.settlement) == ("unsubscription", 85)
    assert (unsubscribed.bill, sold.outlook is not None) == ("", True)


def test_a_refund_not_paid_out_is_no_row(console: Client, product: Product) -> None:
    a_refund(an_order(product, "100", "2024-03-05", number="O-A"), "30")

    assert [row.transaction.kind for row in rows(console)] == ["order"]


@pytest.mark.parametrize("sort", ["order", "-order", "cycle", "-cycle", "sales_amount"])
def test_unsubscriptions_of_one_order_and_month_are_paged_without_loss(
    lina: User, product: Product, sort: str
) -> None:
    for number in ("O-A", "O-B"):
        order = an_order(product, "100", "2024-03-05", number=number)
        for _ in range(3):
            a_refund(order, "10", paid_out="2024-03-07")
    caller = seller_caller(lina, product.seller.number)

    path: str | None = f"/transactions/?page_size=2&ordering={sort}"
    seen: list[tuple[str, str, str | None]] = []
    while path:
        body = caller.get(path).body
        seen += [(row["order"], row["kind"], row["refund"]) for row in body["results"]]
        path = body["next"] and body["next"].partition("/api/v1")[2]

    assert len(seen) == len(set(seen)) == 8
    kinds = caller.get("/transactions/?kind=unsubscription").body["results"]
    assert {row["refunded_amount"] for row in kinds} == {"10.00"}
    assert {row["settlement_amount"] for row in kinds} == {"85.00"}
