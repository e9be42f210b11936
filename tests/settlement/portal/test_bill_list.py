from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sellers.models import Product
from settlement.models import Bill
from tests.settlement.builders import (
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
    refunded,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 20, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def bill_a_month(product: Product, *months: int) -> list[Bill]:
    """100.00 in the first of the months, 200.00 in the next, and so on, all closed."""
    for step, month in enumerate(months, 1):
        make_order(product, f"{step}00", at(month, 5))
    bills = [close(product.seller, f"2026{month:02}") for month in months]
    return [bill for bill in bills if bill is not None]


def shown(client: Client, address: str) -> list[str]:
    return [bill.number for bill in client.get(address).context["page"].rows]


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_newest_cycle_comes_first(console: Client, product: Product) -> None:
    january, february, march = bill_a_month(product, 1, 2, 3)

    assert shown(console, "/bills/") == [march.number, february.number, january.number]


def test_a_row_prints_exact_amounts_and_its_state(console: Client, product: Product) -> None:
    bill_a_month(product, 1)
    page = console.get("/bills/").text

    assert "January 2026" in page
    assert '<data class="amount" value="100.000">100.00</data>' in page
    assert '<data class="amount" value="85.000">85.00</data>' in page
    assert '<span class="status status-info">Pending approval</span>' in page
    assert "Issued" in page
    assert "(Asia/Shanghai)" in page


def test_a_seller_sees_its_own_bills_only(console: Client, product: Product) -> None:
    (own,) = bill_a_month(product, 1)
    bill_a_month(make_product(make_seller(company_name="Kanto Robotics")), 1)
    answer = console.get("/bills/")

    assert [bill.number for bill in answer.context["page"].rows] == [own.number]
    assert "Kanto Robotics" not in answer.text


def test_an_operator_sees_every_sellers_bills(client: Client, product: Product) -> None:
    other = make_seller(company_name="Kanto Robotics")
    bills = [*bill_a_month(product, 1), *bill_a_month(make_product(other), 1)]
    client.force_login(make_operator())

    assert set(shown(client, "/bills/")) == {bill.number for bill in bills}
    assert shown(client, "/bills/?find=kanto") == [bills[1].number]
    assert shown(client, f"/bills/?find={other.number}") == [bills[1].number]


@pytest.mark.parametrize("sees_all", [True, False])
def test_R1_6_on_the_run_day_several_sellers_are_told_of_the_month_to_come(
    client: Client, product: Product, sees_all: bool
) -> None:
    """July's bills stand in the list; another seller has never been closed."""
    bill_a_month(product, 7)
    other = make_member(make_seller(company_name="Kanto Robotics"), "other")
    product.seller.members.create(user=other)
    with time_machine.travel(datetime(2026, 8, 7, 4, tzinfo=UTC), tick=False):
        client.force_login(make_operator() if sees_all else other)
        page = client.get("/bills/").text

    assert "The bill of August 2026 is issued on" in page


def test_a_member_of_two_sellers_sees_both_named(client: Client, product: Product) -> None:
    second = make_seller(company_name="Kanto Robotics")
    both = make_member(second, "both")
    product.seller.members.create(user=both)
    bill_a_month(product, 1)
    client.force_login(both)
    page = client.get("/bills/").text

    assert "2 sellers" in page
    assert '<span class="line-note">Nordlicht Analytics</span>' in page


def test_filters_narrow_by_cycle_and_state(console: Client, product: Product) -> None:
    january, february = bill_a_month(product, 1, 2)
    Bill.objects.filter(pk=january.pk).update(state="approval_rejected")

    assert shown(console, "/bills/?cycle_from=202602&cycle_to=202602") == [february.number]
    assert shown(console, "/bills/?state=approval_rejected") == [january.number]
    assert shown(console, "/bills/?cycle_from=202602&state=approval_rejected") == []
    assert "Nothing matches" in console.get("/bills/?cycle_from=202602&state=paid").text


@pytest.mark.parametrize(
    "query", ["cycle_from=2099", "state=lost", "issued_at_from=2026-02-02&issued_at_to=2026-02-01"]
)
def test_a_filter_that_does_not_exist_is_told_not_ignored(
    console: Client, product: Product, query: str
) -> None:
    bill_a_month(product, 1)
    answer = console.get(f"/bills/?{query}")

    assert answer.context["page"].rows == []
    assert 'class="errorlist"' in answer.text


def test_sorting_by_a_declared_column_only(console: Client, product: Product) -> None:
    january, february = bill_a_month(product, 1, 2)

    assert shown(console, "/bills/?sort=net_payable") == [january.number, february.number]
    assert shown(console, "/bills/?sort=-net_payable") == [february.number, january.number]
    assert shown(console, "/bills/?sort=seller__members") == [february.number, january.number]


def test_pages_hold_25_bills(client: Client) -> None:
    for _ in range(27):
        bill_a_month(make_product(make_seller()), 1)
    client.force_login(make_operator())
    after = client.get("/bills/").context["page"].after
    first, second = shown(client, "/bills/"), shown(client, f"/bills/?after={after}")

    assert (len(first), len(second), len({*first, *second})) == (25, 2, 27)
    assert "2 of 27 rows" in client.get(f"/bills/?after={after}").text


def test_the_list_takes_the_same_queries_for_3_bills_and_for_30(client: Client) -> None:
    client.force_login(make_operator())
    for _ in range(3):
        bill_a_month(make_product(make_seller()), 1)
    with_3 = queries_of(client, "/bills/")
    for _ in range(27):
        bill_a_month(make_product(make_seller()), 1)

    assert queries_of(client, "/bills/") == with_3


def test_R1_6_an_empty_list_says_what_will_appear_when_and_why_not_yet(console: Client) -> None:
    page = console.get("/bills/").text

    assert "No bill yet" in page
    assert "7 August 2026" in page
    assert "July 2026" in page
    for condition in ("taken effect", "is paid", "supervision is completed", "is certified"):
        assert condition in page


def test_R5_6_a_planned_recovery_is_told_before_money_is_taken(
    console: Client, product: Product
) -> None:
    order = make_order(product, "1000", at(3, 2))
    close(product.seller, "202603")
    refund = refunded(order, "400", at(4, 9), make_operator("otto"), make_operator())
    page = console.get("/bills/").text

    assert "Refunds still to be recovered from you" in page
    assert f'/">{refund.number}</a> of order <span class="number">{order.number}' in page
    assert "400.00" in page
    assert "bills of April 2026 to May 2026" in page


def test_an_anonymous_reader_is_sent_to_sign_in(client: Client) -> None:
    assert client.get("/bills/")["Location"] == "/accounts/login/?next=/bills/"
