"""Products and customers over a year: pictures are drawn from the figures beside them."""

from decimal import Decimal

import pytest
from django.test import Client

from koogallery.portal.sums import HEIGHT, Upright, uprights
from sellers.models import Order
from settlement.portal.views import sales
from settlement.readings import sales as readings
from tests.settlement.builders import make_member
from tests.world import a_product, a_seller, an_adjustment, an_order, close, the_bill

pytestmark = pytest.mark.django_db


def test_R2_5_products_and_customers_add_up_to_what_was_settled(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month without a sale is 0; adjustments are of nobody; a month too large is left out."""
    monkeypatch.setattr(sales, "ROWS", 1)
    seller = a_seller()
    firewall, backup = a_product(seller, fee="0"), a_product(seller, fee="0")
    an_order(firewall, "100", "2024-03-05")
    close("202403", seller)
    an_order(firewall, "50", "2024-04-05")
    other = an_order(backup, "30", "2024-04-06")
    Order.objects.filter(pk=other.pk).update(customer_name="Contoso")
    an_adjustment(the_bill(seller, "202403"), "7")
    close("202404", seller)
    client.force_login(make_member(seller, "lina"))
    page = client.get("/sales/").context

    months = [("202403", 100), ("202404", 50)]
    assert [row.months for row in page["products"]] == [months, [("202403", 0), ("202404", 30)]]
    assert [(row.total, row.last, row.share) for row in page["customers"]] == [
        (150, 50, "83.3%"),
        (30, 30, "16.7%"),
    ]
    last_place = 10 * (sales.MONTHS - 1)
    assert [row.bars[-1].x for row in page["products"]] == [last_place, last_place]
    assert [row.amount for row in page["months"]] == [87, 100]
    assert page["left_out"] == 0
    monkeypatch.setattr(readings, "MOST_LINES", the_bill(seller, "202404").line_count)
    page = client.get("/sales/").context
    assert ([row.total for row in page["customers"]], page["left_out"]) == ([50, 30], 1)


def test_bars_stand_on_nothing_and_hang_from_it() -> None:
    drawn = uprights([Decimal(30), Decimal(0), Decimal(-10)])
    assert drawn == [Upright(0, 0, 30, "result"), Upright(20, 30, 10, "less")]
    assert sum(bar.height for bar in drawn) == HEIGHT
