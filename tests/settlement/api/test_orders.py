"""Orders over REST: recorded once, changed until billed, and told why they are not billed yet."""

from datetime import UTC, datetime
from typing import Any

import pytest
from time_machine import travel

from koogallery.kit.cycles import Cycle
from koogallery.models import User
from sellers.models import Order, Product
from settlement.models import Bill
from settlement.services.closing.cycles import close_through
from settlement.services.refunds.lifecycle import approve_refund, complete_refund, request_refund
from tests.callers import Caller, operator_caller
from tests.settlement.builders import (
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)
from tests.tables import every_table

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> User:
    return make_operator("olga")


@pytest.fixture
def api(olga: User) -> Caller:
    return operator_caller(olga)


@pytest.fixture
def product() -> Product:
    return make_product(make_seller(), ratio="0.15", delivery_method="image", supervised=False)


@pytest.fixture
def sent(product: Product) -> dict[str, Any]:
    return {
        "number": "CS-1",
        "product": product.number,
        "order_type": "purchase",
        "billing_mode": "yearly_monthly",
        "customer_name": "Fabrikam",
        "customer_account": "fabrikam",
        "currency": "USD",
        "paid_amount": "106.00",
        "sales_amount": 100,
        "customer_wht": "0",
        "placed_at": "2026-01-05T10:00:00+08:00",
        "paid_at": "2026-01-05T02:00:00Z",
        "effective_at": "2026-01-05T02:00:00Z",
        "supervision_status": "not_applicable",
        "supervision_completed_at": None,
    }


def test_R2_6_an_order_is_recorded_with_its_ratio_and_cycle(
    api: Caller, sent: dict[str, Any], product: Product
) -> None:
    answer = api.post("/orders/", sent)
    assert answer.status == 201
    told = {
        "paid_amount": "106.00",
        "sales_amount": "100.00",
        "customer_wht": "0.00",
        "placed_at": "2026-01-05T02:00:00Z",
        "product": product.number,
        "seller": product.seller.number,
        "platform_fee_ratio": "0.15",
        "cycle": "202601",
        "billing_status": "unbilled",
        "unbilled_reasons": ["cycle_open"],
        "bill": None,
    }
    assert {name: answer.body[name] for name in told} == told
    assert api.get("/orders/CS-1/").body == answer.body


def test_the_same_again_is_200_and_other_content_409(api: Caller, sent: dict[str, Any]) -> None:
    first = api.post("/orders/", sent)
    before = every_table()
    again = api.post("/orders/", {**sent, "sales_amount": "100.00"})
    assert (again.status, again.body) == (200, first.body)
    other = api.post("/orders/", {**sent, "sales_amount": "101.00"})
    assert other.status == 409
    assert [(where, rule) for where, _, rule in other.errors] == [("/number", "R1.5")]
    assert every_table() == before


def test_R3_2_a_billed_order_is_frozen(api: Caller, sent: dict[str, Any], product: Product) -> None:
    api.post("/orders/", sent)
    close(product.seller, "202601")
    order = api.get("/orders/CS-1/").body
    assert (order["billing_status"], order["unbilled_reasons"]) == ("billed", [])
    assert order["bill"] == Bill.objects.get().number
    before = every_table()
    answer = api.patch("/orders/CS-1/", {"customer_name": "Other"})
    assert (answer.status, answer.errors) == (409, [("", "order_is_billed", "R3.2")])
    assert every_table() == before


def test_R1_4_what_becomes_of_an_order_moves_its_cycle(api: Caller, sent: dict[str, Any]) -> None:
    api.post("/orders/", {**sent, "paid_at": None})
    assert api.get("/orders/CS-1/").body["cycle"] is None
    answer = api.patch("/orders/CS-1/", {"paid_at": "2026-01-31T16:00:00Z"})
    assert (answer.status, answer.body["cycle"]) == (200, "202602")


BAD: list[tuple[dict[str, Any], int, str, str]] = [
    ({"currency": "EUR"}, 422, "/currency", "R2.8"),
    ({"sales_amount": "-1"}, 422, "/sales_amount", "R2.1"),
    ({"sales_amount": "1.001"}, 422, "/sales_amount", "R2.1"),
    ({"paid_at": "2031-01-01T00:00:00Z"}, 422, "/paid_at", "R1.8"),
    ({"placed_at": "2026-01-06T00:00:00Z"}, 422, "/paid_at", "R1.8"),
    ({"sales_amount": "106.01"}, 422, "/sales_amount", "R2.1"),
    ({"customer_wht": "100.01"}, 422, "/customer_wht", "R2.1"),
    ({"sales_amount": "NaN"}, 400, "/sales_amount", "R2.1"),
    ({"sales_amount": "1e400"}, 400, "/sales_amount", "R2.1"),
    ({"sales_amount": ""}, 400, "/sales_amount", "R2.1"),
    ({"sales_amount": "abc"}, 400, "/sales_amount", "R2.1"),
    ({"sales_amount": True}, 400, "/sales_amount", "R2.1"),
    ({"billing_mode": "one_time"}, 422, "/billing_mode", "R9.2"),
    ({"billing_mode": "pay_per_use"}, 422, "/paid_amount", "R4.8"),
    ({"supervision_status": "completed"}, 422, "/supervision_completed_at", "R9.3"),
    ({"paid_at": "2031-01-01T00:00:00Z"}, 422, "/paid_at", "R1.8"),
    ({"effective_at": "2019-01-01T00:00:00Z"}, 422, "/effective_at", "R1.8"),
    ({"supervision_status": "waiting_for_service"}, 422, "/supervision_status", "R9.3"),
    ({"customer_name": "Acme\r\nBcc: x"}, 400, "/customer_name", "R1.8"),
    ({"product": "NONE"}, 422, "/product", ""),
    ({"number": "a b"}, 400, "/number", ""),
    ({"placed_at": "2026-01-05T02:00:00"}, 400, "/placed_at", "R1.1"),
    ({"placed_at": "9999-01-05T02:00:00Z"}, 400, "/placed_at", "R1.1"),
    ({"order_type": "gift"}, 400, "/order_type", ""),
    ({"customer_name": "\0"}, 400, "/customer_name", ""),
    ({"customer_name": 1}, 400, "/customer_name", ""),
    ({"customer_name": "x" * 201}, 400, "/customer_name", ""),
    ({"colour": "red"}, 400, "/colour", ""),
]


BAD_CHANGES: list[tuple[dict[str, Any], int, str, str]] = [
    ({"number": "CS-2"}, 400, "/number", ""),
    ({"currency": "EUR"}, 400, "/currency", ""),
    ({"sales_amount": "106.01"}, 422, "/sales_amount", "R2.1"),
    ({"supervision_status": "not_applicable"}, 422, "/supervision_status", "R9.3"),
]


def test_bad_orders_are_refused_with_field_and_rule(api: Caller, sent: dict[str, Any]) -> None:
    before = every_table()
    for change, status, pointer, rule in BAD:
        answer = api.post("/orders/", {**sent, **change})
        assert (change, answer.status) == (change, status)
        assert (pointer, rule) in [(where, which) for where, _, which in answer.errors], answer
    assert every_table() == before


def test_a_change_is_as_strict(api: Caller, sent: dict[str, Any]) -> None:
    Product.objects.update(supervised=True)
    api.post("/orders/", {**sent, "supervision_status": "waiting_for_acceptance"})
    before = every_table()
    for change, status, pointer, rule in BAD_CHANGES:
        answer = api.patch("/orders/CS-1/", change)
        assert (change, answer.status) == (change, status)
        assert (pointer, rule) in [(where, which) for where, _, which in answer.errors], answer
    assert every_table() == before


NOW = datetime(2026, 2, 7, 2, tzinfo=UTC)


def reasons(api: Caller, order: Order) -> list[str]:
    listed: list[str] = api.get(f"/orders/{order.number}/").body["unbilled_reasons"]
    return listed


@travel(NOW, tick=False)
def test_R1_3_every_reason_is_told(api: Caller, olga: User, product: Product) -> None:
    fresh = make_product(make_seller(certified_at=None))
    open_: dict[str, Any] = {"cycle": None, "due_cycle": None}
    not_effective = make_order(product, "1", at(1, 5), **open_)
    Order.objects.filter(pk=not_effective.pk).update(effective_at=None)
    orders = {
        "not_effective": not_effective,
        "not_paid": make_order(product, "1", at(1, 5), paid_at=None, **open_),
        "supervision_open": make_order(
            product, "1", at(1, 5), supervision_status="waiting_for_acceptance", **open_
        ),
        "seller_not_certified": make_order(fresh, "1", at(1, 5)),
        "cycle_open": make_order(product, "1", at(2, 5)),
        "trial": make_order(product, "0", at(1, 5), order_type="trial", **open_),
    }
    assert {reason: reasons(api, order) for reason, order in orders.items()} == {
        reason: [reason] for reason in orders
    }


def test_R4_6_refunds_hold_an_order_back(api: Caller, olga: User, product: Product) -> None:
    oscar = make_operator("oscar")
    order = make_order(product, "100", at(1, 5))
    refund = request_refund(order.number, order.paid_amount, "x", "contract 7", actor=olga)
    approve_refund(refund.number, actor=oscar)
    assert reasons(api, order) == ["refund_pending"]
    complete_refund(refund.number, at(1, 20), actor=oscar)
    assert reasons(api, order) == ["fully_refunded"]
    close_through([product.seller_id], Cycle("202601"))
    assert reasons(api, order) == ["fully_refunded"]
