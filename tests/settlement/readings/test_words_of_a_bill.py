"""R3.2: an issued bill keeps its words."""

from typing import Any

import pytest
from django.test.utils import override_settings

from sellers.models import Product, Seller
from sellers.services.companies.sellers import change_seller
from sellers.services.products.catalogue import change_product
from settlement.models import Bill
from settlement.readings.bill_files import lines_of
from settlement.readings.invariants import check_books
from tests.world import (
    a_pay_per_use_order,
    a_product,
    a_seller,
    an_order,
    close,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db

ISSUER = override_settings(
    INVOICE_BILL_TO="Sparkoo Technologies Singapore Pte. Ltd.",
    INVOICE_BILL_TO_ADDRESS="15 Changi Business Park Central 1, Singapore",
    INVOICE_BILL_TO_TAX_NUMBER="201912345K",
)


@pytest.fixture
def product() -> Product:
    return a_product(a_seller())


@pytest.fixture
def bill(product: Product) -> Bill:
    an_order(product, "100.00", "2024-01-10")
    some_usage(a_pay_per_use_order(product), "0.5", "2024-01-11")
    a_product(product.seller)
    with ISSUER:
        close("202401", product.seller)
    return the_bill(product.seller, "202401")


def words(bill: Bill) -> list[Any]:
    bill.refresh_from_db()
    named = list(bill.lines.order_by("line_no").values_list("product__number", "product__name"))
    parties = (bill.seller_name, bill.seller_country, bill.issuer_name, bill.issuer_address)
    return [*named, parties, bill.issuer_tax_number]


def test_R3_2_a_bill_says_who_and_what_as_of_its_issue(product: Product, bill: Bill) -> None:
    seller = product.seller
    assert words(bill) == [
        (product.number, "Firewall"),
        (product.number, "Firewall"),
        (
            seller.company_name,
            seller.country,
            "Sparkoo Technologies Singapore Pte. Ltd.",
            "15 Changi Business Park Central 1, Singapore",
        ),
        "201912345K",
    ]
    assert bill.products.count() == 1, "only what is on it"


def test_R3_2_no_word_of_a_bill_follows_a_later_name(product: Product, bill: Bill) -> None:
    before, rows = words(bill), list(lines_of(bill).rows)
    change_product(product.number, {"name": "Beta Tool"}, actor=None)
    change_seller(product.seller.number, {"company_name": "Beta Works"}, actor=None)

    assert (words(bill), list(lines_of(bill).rows)) == (before, rows)
    an_order(product, "1.00", "2024-02-10")
    close("202402", Seller.objects.get(pk=product.seller.pk))
    later = the_bill(product.seller, "202402")
    assert later.seller_name == "Beta Works"
    assert [each.name for each in later.products.all()] == ["Beta Tool"]
    assert [each.difference for each in check_books() if not each.holds] == []
