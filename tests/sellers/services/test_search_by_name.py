"""A name is found however it is written, wherever one searches."""

from typing import Any

import pytest
from django.db import connection

from sellers.models import Order, Product, Seller
from sellers.services.companies.sellers import change_seller
from sellers.services.orders.recording import record_order
from settlement.readings.transactions import Wanted, transactions
from tests import world
from tests.sellers.facts import new_order

pytestmark = pytest.mark.django_db

SAME = [
    ("Wisła Software sp. z o.o.", "wisla"),
    ("Wisla", "WISŁA"),
    ("Café  Ltd", "cafe ltd"),
    ("Cafe\u0301 Ltd", "CAFÉ LTD"),
    ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
    ("Zero\u200bWidth\u00ad GmbH", "zerowidth gmbh"),
    ("Straße 7", "STRASSE"),
    ("İstanbul Yazılım Şirketi", "istanbul yazilim sirketi"),
    ("Ærø Đà Nẵng", "aero da nang"),
    ("Ελλάς", "ελλασ"),
    ("华为云 Cloud", "为云 c"),
    ("株式会社ガ", "ガ"),
    ("100%_sure", "%_S"),
]
OTHER = [
    ("Wisła", "visla"),
    ("100 percent", "%"),
    ("a_b", "a%b"),
    ("axb", "a_b"),
    ("ガ", "カ"),
    ("a\\b", "ab"),
]


@pytest.mark.parametrize(
    ("name", "wanted", "found"),
    [(*pair, True) for pair in SAME] + [(*pair, False) for pair in OTHER],
)
def test_R6_3_a_name_is_found_however_it_is_written(name: str, wanted: str, found: bool) -> None:
    seller = world.a_seller("S-1")
    change_seller("S-1", {"company_name": name}, actor=None)
    rows = Seller.objects.filter(company_name__contains_name=wanted)
    assert rows.filter(pk=seller.pk).exists() is found


def test_R6_3_customers_and_products_are_found_in_transaction_details() -> None:
    seller = world.a_seller("S-1")
    product = world.a_product(seller)
    Product.objects.update(name="Łódź Design")
    record_order(new_order("O-1", product.number, customer_name="Wisła"), actor=None)
    searches: tuple[tuple[dict[str, Any], int], ...] = (
        ({"customer": "wisla"}, 1),
        ({"customer": "FABRIKAM"}, 1),  # the account
        ({"customer": "visla"}, 0),
        ({"product": "lodz d"}, 1),
        ({"product": product.number.lower()}, 1),
        ({"product": "lodz x"}, 0),
    )
    for wanted, count in searches:
        page = transactions(Wanted([seller.pk], **wanted), sort="order", falling=True, size=9)
        assert (wanted, len(page.rows)) == (wanted, count)


@pytest.mark.parametrize(
    ("model", "field", "index"),
    [
        (Seller, "company_name", "sellers_by_name"),
        (Product, "name", "products_by_name"),
        (Order, "customer_name", "orders_by_customer"),
    ],
)
def test_names_are_looked_up_in_an_index(model: type[Seller], field: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = model.objects.order_by().filter(**{f"{field}__contains_name": "wisła"})
    assert index in rows.explain()
