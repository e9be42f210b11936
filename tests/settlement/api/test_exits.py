"""Leaving over REST (R6.3)."""

import pytest

from koogallery.models import User
from sellers.choices import Role
from sellers.models import Member, Product, Seller
from tests import world
from tests.callers import Caller, operator_caller, seller_caller
from tests.tables import every_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Caller:
    return operator_caller(world.an_operator())


@pytest.fixture
def product() -> Product:
    """Listed, of the seller S-1, who holds a deposit of 50."""
    seller = world.a_seller("S-1", required_deposit="80")
    world.a_deposit(seller, "50")
    return world.a_product(seller)


def test_R6_3_a_seller_leaves_once_nothing_is_open(olga: Caller, product: Product) -> None:
    state = {"seller": "S-1", "left_at": None, "currency": "USD", "deposit": "50.00"}
    listed = {
        "code": "product_listed",
        "detail": f"1 product is still listed: {product.number}.",
        "count": 1,
        "numbers": [product.number],
    }
    assert olga.get("/sellers/S-1/exit/").body == {**state, "obstacles": [listed]}
    before = every_table()
    refused = olga.post("/sellers/S-1/exit/")
    assert (refused.status, refused.errors) == (409, [("", "product_listed", "R6.3")])
    assert refused.body["rule"] == "R6.3"
    assert every_table() == before

    olga.patch(f"/products/{product.number}/", {"listed": False})
    assert olga.get("/sellers/S-1/exit/").body == {**state, "obstacles": []}
    left = olga.post("/sellers/S-1/exit/", {})
    left_at = olga.get("/sellers/S-1/").body["left_at"]
    assert left.status == 200
    assert left.body == {**state, "left_at": left_at, "deposit": "0.00", "obstacles": []}
    assert olga.get("/sellers/S-1/exit/").body == left.body

    again = olga.post("/sellers/S-1/exit/")
    assert (again.status, again.errors) == (409, [("", "seller_has_left", "R6.3")])
    [movement, _] = olga.get("/deposits/S-1/").body["movements"]
    assert (movement["kind"], movement["change"], movement["reference"]) == (
        "return",
        "-50.00",
        "exit-S-1",
    )


def test_R6_3_every_obstacle_is_an_error_of_its_own(olga: Caller, product: Product) -> None:
    world.an_order(product, "10", None)
    refused = olga.post("/sellers/S-1/exit/")
    assert refused.errors == [("", "product_listed", "R6.3"), ("", "order_unbilled", "R6.3")]


def test_R6_2_nothing_is_required_of_a_seller_who_left(olga: Caller, product: Product) -> None:
    assert olga.get("/deposits/S-1/").body["below_required"] is True
    Seller.objects.update(left_at=world.at("2024-03-01"))
    assert olga.get("/deposits/S-1/").body["below_required"] is False
    assert olga.every("/deposits/?below_required=true") == []


def test_R6_3_the_company_does_not_register_again(olga: Caller, product: Product) -> None:
    Seller.objects.update(left_at=world.at("2024-03-01"))
    names = {"company_name": "contoso CLOUD", "country": "SG", "settlement_currency": "USD"}
    refused = olga.post("/sellers/", names)
    assert (refused.status, refused.errors) == (
        409,
        [("/company_name", "seller_has_left", "R6.3")],
    )
    assert Seller.objects.count() == 1


def test_R6_3_exits_are_for_operators(product: Product) -> None:
    mia = User.objects.create_user("mia")
    Member.objects.create(seller=product.seller, user=mia, role=Role.OWNER)
    world.a_seller("S-2")
    writer = seller_caller(mia, "S-1", may_write=True)
    before = every_table()
    assert writer.get("/sellers/S-1/exit/").status == 403
    assert writer.post("/sellers/S-1/exit/").status == 403
    assert writer.post("/sellers/S-2/exit/").status == 404
    assert every_table() == before


def test_an_exit_takes_no_body_and_an_unknown_seller_has_none(
    olga: Caller, product: Product
) -> None:
    assert olga.post("/sellers/S-1/exit/", {"force": True}).status == 400
    assert olga.get("/sellers/S-9/exit/").status == 404
    assert olga.post("/sellers/S-9/exit/").status == 404
