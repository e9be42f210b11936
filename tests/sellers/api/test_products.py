from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from sellers.models import FeeRatio, Product, Seller
from tests.callers import Caller
from tests.world import a_product

pytestmark = pytest.mark.django_db

FIREWALL = {
    "seller": "S-1",
    "name": "Firewall",
    "delivery_method": "license",
    "supervised": True,
    "platform_fee_ratio": "0.20",
}


def products() -> list[dict[str, Any]]:
    return [{**row} for row in Product.objects.values()]


def test_an_operator_registers_a_product(olga: Caller, seller: Seller) -> None:
    answer = olga.post("/products/", {**FIREWALL, "number": "P-7"})
    product = Product.objects.get()
    assert answer.status == 201
    assert answer.body == {
        "number": "P-7",
        "seller": "S-1",
        "name": "Firewall",
        "delivery_method": "license",
        "supervised": True,
        "platform_fee_ratio": "0.2",
        "description": None,
        "billing_modes": [],
        "listed": True,
        "delisted_at": None,
        "created_at": product.created_at.isoformat().replace("+00:00", "Z"),
        "modified_at": product.modified_at.isoformat().replace("+00:00", "Z"),
    }
    assert olga.post("/products/", {**FIREWALL, "number": "P-7"}).status == 200
    assert olga.post("/products/", {**FIREWALL, "number": "P-7", "name": "x"}).status == 409


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"seller": "S-9"}, 422, ("/seller", "unknown_seller", "")),
        ({"delivery_method": "by_post"}, 400, ("/delivery_method", "invalid_choice", "")),
        ({"supervised": "yes"}, 400, ("/supervised", "not_a_flag", "")),
        ({"platform_fee_ratio": "1.01"}, 422, ("/platform_fee_ratio", "too_large", "R2.1")),
        ({"platform_fee_ratio": "-0.01"}, 422, ("/platform_fee_ratio", "negative", "R2.1")),
    ],
)
def test_what_is_wrong_is_named_and_nothing_registered(
    olga: Caller,
    seller: Seller,
    wrong: dict[str, Any],
    status: int,
    error: tuple[str, str, str],
) -> None:
    answer = olga.post("/products/", {**FIREWALL, **wrong})
    assert (answer.status, answer.errors) == (status, [error])
    assert products() == []


def test_R2_6_a_new_ratio_is_a_new_version(olga: Caller, product: Product) -> None:
    answer = olga.patch(f"/products/{product.number}/", {"platform_fee_ratio": "0.1"})
    assert (answer.status, answer.body["platform_fee_ratio"]) == (200, "0.1")
    ratios = FeeRatio.objects.order_by("version").values_list("platform_fee_ratio", flat=True)
    assert list(ratios) == [Decimal("0.15"), Decimal("0.1")]


def test_R2_6_a_ratio_of_a_later_day_shows_from_that_day_on(
    olga: Caller, writer: Caller, product: Product
) -> None:
    address = f"/products/{product.number}/"
    later = {"platform_fee_ratio": "0.6", "valid_from": "2999-01-01T00:00:00Z"}
    assert olga.patch(address, later).body["platform_fee_ratio"] == "0.15"
    assert writer.get(address).body["platform_fee_ratio"] == "0.15"
    found = olga.every("/products/?platform_fee_ratio_from=0.15&platform_fee_ratio_to=0.2")
    assert [each["number"] for each in found] == [product.number]
    assert olga.every("/products/?platform_fee_ratio_from=0.5") == []
    versions = olga.every(f"{address}fee-ratios/")
    assert [each["ratio"] for each in versions] == ["0.15", "0.6"]

    FeeRatio.objects.create(
        product=product,
        version=3,
        platform_fee_ratio=Decimal("0.4"),
        valid_from=timezone.now(),
    )
    assert olga.get(address).body["platform_fee_ratio"] == "0.4"


def test_R9_2_a_product_is_delisted_and_listed_again(olga: Caller, product: Product) -> None:
    address = f"/products/{product.number}/"
    answer = olga.patch(address, {"listed": False, "name": "Gate"})
    product.refresh_from_db()
    assert product.delisted_at
    assert (answer.status, answer.body["listed"], answer.body["name"]) == (200, False, "Gate")
    assert answer.body["delisted_at"] == product.delisted_at.isoformat().replace("+00:00", "Z")
    assert olga.patch(address, {"listed": False}).body == answer.body
    again = olga.patch(address, {"listed": True})
    assert (again.status, again.body["listed"], again.body["delisted_at"]) == (200, True, None)


def test_R9_2_a_product_is_never_deleted(olga: Caller, product: Product) -> None:
    assert olga.send("DELETE", f"/products/{product.number}/").status == 405
    assert Product.objects.exists()


@pytest.mark.parametrize("said", ["no", 0, None])
def test_listed_is_true_or_false(olga: Caller, product: Product, said: object) -> None:
    answer = olga.patch(f"/products/{product.number}/", {"listed": said})
    assert (answer.status, answer.errors[0][0]) == (400, "/listed")
    assert Product.objects.get().is_listed


def test_a_product_stays_with_its_seller(olga: Caller, product: Product, theirs: Product) -> None:
    before = products()
    answer = olga.patch(f"/products/{product.number}/", {"seller": "S-2"})
    assert (answer.status, answer.errors) == (400, [("/seller", "unknown_field", "")])
    assert products() == before


def test_sellers_see_their_products_and_change_none(
    writer: Caller, product: Product, theirs: Product
) -> None:
    before = products()
    mine, other = f"/products/{product.number}/", f"/products/{theirs.number}/"
    assert [row["number"] for row in writer.every("/products/")] == [product.number]
    assert (writer.get(mine).status, writer.get(other).status) == (200, 404)
    assert writer.patch(mine, {"name": "x"}).status == 403
    assert writer.patch(other, {"name": "x"}).status == 404
    assert writer.post("/products/", FIREWALL).status == 403
    assert products() == before


def test_a_list_is_filtered(olga: Caller, seller: Seller, theirs: Product) -> None:
    cheap = a_product(seller, fee="0.05", delivery="image")
    olga.patch(f"/products/{cheap.number}/", {"listed": False})

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in olga.every(f"/products/?{query}")]

    assert numbers("seller=S-2") == [theirs.number]
    assert numbers("delivery_method=image,hardware") == [cheap.number]
    assert numbers("platform_fee_ratio_to=0.05") == [cheap.number]
    assert numbers("listed=false") == [cheap.number]
    assert numbers("listed=true") == [theirs.number]
    assert numbers("delisted_at_to=2020-01-01T00:00:00Z") == []
    assert numbers("name=FIRE&seller=S-1") == [cheap.number]
    assert olga.get("/products/?delivery_method=by_post").status == 400
