"""What a list comes to: of all its pages, by currency, and never at any price."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from koogallery.portal import totals
from koogallery.portal.totals import Reach, Sums, Totals, counted, reach_of, totals_of
from sellers.models import Order
from settlement.listings.orders import ORDERS
from tests.world import a_product, a_seller, an_operator, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders() -> None:
    for currency, amounts in {"USD": ("1.25", "2"), "EUR": ("10",)}.items():
        product = a_product(a_seller(currency=currency))
        for amount in amounts:
            an_order(product, amount, "2026-03-05")


def test_amounts_are_summed_by_currency(orders: None) -> None:
    found = totals_of(ORDERS.rows.all(), ORDERS.shown)
    assert found
    assert found.count == 3
    assert {currency: each["sales_amount"] for currency, each in found.sums.items()} == {
        "EUR": Decimal(10),
        "USD": Decimal("3.25"),
    }


def test_what_is_left_out_is_counted_and_not_added(orders: None) -> None:
    Order.objects.filter(sales_amount=2).update(customer_name="")
    found = totals_of(ORDERS.rows.all(), ORDERS.shown, Sums(without="customer_name"))
    assert found
    assert found.count == 3
    assert found.sums["USD"]["sales_amount"] == 2


def test_more_rows_than_are_counted_have_no_sum(
    orders: None, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setattr(totals, "AT_ONCE", Reach(2, "1s"))
    at_once = reach_of(QueryDict())
    assert totals_of(ORDERS.rows.all(), ORDERS.shown, reach=at_once) == Totals(2, is_more=True)
    dollars = ORDERS.rows.filter(currency="USD")
    assert totals_of(dollars, ORDERS.shown[:1], reach=at_once) == Totals(2)
    client.force_login(an_operator())
    page = client.get("/orders/").text
    assert "of more than 2 rows" in page
    assert "Sum of all rows" not in page
    [link] = re.findall(r'href="([^"]*)">Count all and add up', page)
    page = client.get(f"/orders/{link}").text
    assert f'id="{link.partition("#")[2]}"' in page  # leads to the sums, below the rows
    assert "3 rows" in page
    assert "Sum of all rows" in page
    assert "totals" not in "".join(re.findall(r'href="(\?[^"]*)"', page))


def test_nobody_waits_for_a_count() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchall()
        assert counted("SELECT pg_sleep(2)::text", (), [], Reach(9, "20ms")) is None
        assert counted("SELECT 'USD', 1", (), ["amount"])
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchall() == before
    assert not Order.objects.exists()
