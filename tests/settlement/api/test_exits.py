"""Leaving over REST (R6.3)."""

import pytest

from koogallery.models import User
from sellers.choices import Role
from sellers.models import Member, Order, Product, Seller
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
    state = {
        "seller": "S-1",
        "left_at": None,
        "currency": "USD",
        "deposit": "50.00",
        "request": None,
    }
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


@pytest.fixture
def mia(product: Product) -> Caller:
    """An owner of S-1."""
    mia = User.objects.create_user("mia")
    Member.objects.create(seller=product.seller, user=mia, role=Role.OWNER)
    return seller_caller(mia, "S-1", may_write=True)


def test_R6_3_a_seller_reads_what_is_open_and_operators_alone_let_it_leave(
    mia: Caller, product: Product
) -> None:
    world.a_seller("S-2")
    writer, before = mia, every_table()
    assert [each["code"] for each in writer.get("/sellers/S-1/exit/").body["obstacles"]] == [
        "product_listed"
    ]
    assert writer.get("/sellers/S-2/exit/").status == 404
    assert writer.post("/sellers/S-1/exit/").status == 403
    assert writer.post("/sellers/S-2/exit/").status == 404
    assert every_table() == before


def test_an_exit_takes_no_body_and_an_unknown_seller_has_none(
    olga: Caller, product: Product
) -> None:
    assert olga.post("/sellers/S-1/exit/", {"force": True}).status == 400
    assert olga.get("/sellers/S-9/exit/").status == 404
    assert olga.post("/sellers/S-9/exit/").status == 404


def test_R6_3_a_seller_asks_and_the_exit_grants_it(
    mia: Caller, olga: Caller, product: Product
) -> None:
    body = {"seller": "S-1", "reason": "We sell elsewhere"}
    before = every_table()
    early = mia.post("/exit-requests/", body)
    assert (early.status, early.errors) == (409, [("", "product_listed", "R6.3")])
    assert every_table() == before

    olga.patch(f"/products/{product.number}/", {"listed": False})
    world.an_order(product, "10", None, number="O-1")
    asked = mia.post("/exit-requests/", body)
    assert asked.status == 201, asked
    number = asked.body["number"]
    assert asked.body | {"requested_at": "", "modified_at": ""} == {
        "number": number,
        "seller": "S-1",
        "state": "requested",
        "reason": "We sell elsewhere",
        "answer": None,
        "requested_at": "",
        "decided_at": None,
        "modified_at": "",
    }
    assert mia.post("/exit-requests/", body).errors == [("", "a_seller_asks_to_leave_once", "R6.3")]
    assert olga.get("/sellers/S-1/exit/").body["request"] == number
    assert olga.post("/sellers/S-1/exit/").errors == [("", "order_unbilled", "R6.3")]

    Order.objects.update(cancelled_at=world.at("2024-01-11"))
    assert olga.post("/sellers/S-1/exit/").status == 200
    granted = mia.get(f"/exit-requests/{number}/").body
    assert (granted["state"], granted["decided_at"] is not None) == ("granted", True)
    assert mia.get("/exit-requests/?state=requested").body["results"] == []
    assert mia.post(f"/exit-requests/{number}/withdraw/").status == 409


def test_R6_3_a_request_is_withdrawn_by_its_owner_and_refused_by_operators(
    mia: Caller, olga: Caller, product: Product
) -> None:
    olga.patch(f"/products/{product.number}/", {"listed": False})
    first = mia.post("/exit-requests/", {"seller": "S-1"}).body["number"]
    assert mia.post(f"/exit-requests/{first}/refuse/", {"reason": "no"}).status == 403
    assert olga.post(f"/exit-requests/{first}/withdraw/").status == 403
    assert olga.post("/exit-requests/", {"seller": "S-1"}).status == 403
    assert mia.post(f"/exit-requests/{first}/withdraw/").body["state"] == "withdrawn"
    second = mia.post("/exit-requests/", {"seller": "S-1"}).body["number"]
    assert olga.post(f"/exit-requests/{second}/refuse/", {"reason": " "}).status == 400
    refused = olga.post(f"/exit-requests/{second}/refuse/", {"reason": "A claim is pending"}).body
    assert (refused["state"], refused["answer"]) == ("refused", "A claim is pending")
