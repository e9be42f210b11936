"""Orders as sellers' servers ask for them, signed with their AK and SK (R9.5)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from sellers.models import Product
from sellers.services.delivery.access_keys import access_key_id, secret_key
from sellers.services.orders.recording import record_order
from tests.sellers.facts import new_order, new_pay_per_use_order
from tests.settlement.open_api.server import BASE, Answer, query
from tests.world import a_product, a_refund, a_seller, at

pytestmark = pytest.mark.django_db

ACCESS = "S-1.1"
MOCKS = {
    "MOCKPERIODYEARNEW": ("NEW", "PERIOD"),
    "MOCKONETIMENEW": ("NEW", "ONE_TIME"),
    "MOCKONDEMAND": ("NEW", "ON_DEMAND"),
    "MOCKONDEMANDPKG": ("NEW", "ON_DEMAND_PKG"),
    "MOCKPERIODDAYTRIAL": ("TRIAL", "PERIOD"),
    "MOCKMONTYTRIALTOFORMAL": ("TRIAL_TO_FORMAL", "PERIOD"),
    "MOCKMONTYUNSUBSCRIBE": ("UNSUBSCRIBE", "PERIOD"),
    "MOCKMONTYRENEW": ("RENEW", "PERIOD"),
    "MOCKMONTYCHANGE": ("CHANGE", "PERIOD"),
}


@pytest.fixture(autouse=True)
def product() -> Product:
    cache.clear()
    return a_product(a_seller("S-1"))


def ask(**parameters: str) -> Answer:
    return query(ACCESS, secret_key("S-1", 1), **parameters)


@pytest.mark.parametrize("order_id", MOCKS)
def test_R9_5_every_order_for_debugging_is_answered(order_id: str) -> None:
    line_id = f"{order_id}-000001"
    answer = ask(orderId=order_id, orderLineId=line_id)
    assert (answer.status, answer.code) == (200, "MKT.0000")
    info = answer.body["orderInfo"]
    [line] = info["orderLine"]
    assert (info["orderType"], line["chargingMode"]) == MOCKS[order_id]
    assert (info["orderId"], line["orderLineId"]) == (order_id, line_id)
    assert ("currency" in line) == (order_id not in {"MOCKMONTYUNSUBSCRIBE", "MOCKONDEMAND"})
    assert ask(orderId=order_id).body == answer.body
    assert ask(orderId=order_id, orderLineId=f"{order_id}-000002").code == "MKT.0101"


REAL: dict[str, dict[str, Any]] = {
    "MOCKPERIODYEARNEW": {},
    "MOCKONETIMENEW": {"billing_mode": "one_time", "term_ends_at": None},
    "MOCKONDEMAND": {
        "billing_mode": "pay_per_use",
        "paid_amount": Decimal(0),
        "sales_amount": Decimal(0),
        "unit_price": Decimal("0.25"),
        "term_ends_at": None,
    },
    "MOCKONDEMANDPKG": {"billing_mode": "package", "term_ends_at": None},
    "MOCKPERIODDAYTRIAL": {"order_type": "trial", "paid_at": None},
    "MOCKMONTYTRIALTOFORMAL": {},
    "MOCKMONTYUNSUBSCRIBE": {},
    "MOCKMONTYRENEW": {"order_type": "renewal"},
    "MOCKMONTYCHANGE": {"order_type": "change"},
}


def _fields(info: Any) -> Any:
    """What is said, without the words: names within names."""
    if isinstance(info, dict):
        return {name: _fields(value) for name, value in info.items()}
    return [_fields(each) for each in info] if isinstance(info, list) else type(info).__name__


@pytest.mark.parametrize("order_id", MOCKS)
def test_R9_5_an_order_for_debugging_has_the_fields_of_a_real_one(
    product: Product, order_id: str
) -> None:
    facts = {"term_ends_at": at("2025-02-05"), **REAL[order_id]}
    order = record_order(new_order("CS1-000001", product.number, **facts), actor=None)[0]
    asked = "CS1"
    if order_id == "MOCKMONTYUNSUBSCRIBE":
        asked = a_refund(order, "110.00").number
    mock, real = ask(orderId=order_id).body, ask(orderId=asked).body
    assert _fields(mock) == _fields(real)
    told = real["orderInfo"]["orderLine"][0]["chargingMode"]
    assert mock["orderInfo"]["orderLine"][0]["chargingMode"] == told


def test_R9_5_an_order_is_told_with_its_lines(product: Product) -> None:
    ends = {"term_ends_at": at("2025-02-05")}
    record_order(new_order("CS1-000001", product.number, **ends), actor=None)
    record_order(new_pay_per_use_order("CS1-000002", product.number), actor=None)
    record_order(new_order("CS10-000001", product.number), actor=None)
    answer = ask(orderId="CS1")
    assert answer.body["orderInfo"] == {
        "orderId": "CS1",
        "orderType": "NEW",
        "createTime": "20240131160000",
        "orderLine": [
            {
                "orderLineId": "CS1-000001",
                "chargingMode": "PERIOD",
                "expireTime": "20250204160000",
                "productInfo": [{"productId": product.number, "productName": "Firewall"}],
                "currency": "110.00",
                "currencyAfterDiscount": "110.00",
                "currencyType": "USD",
            },
            {
                "orderLineId": "CS1-000002",
                "chargingMode": "ON_DEMAND",
                "productInfo": [{"productId": product.number, "productName": "Firewall"}],
                "unitPrice": "0.25",
                "currencyType": "USD",
            },
        ],
        "buyerInfo": {"customerId": "fabrikam", "customerName": "Fabrikam"},
        "extendParams": [],
    }
    one = ask(orderId="CS1", orderLineId="CS1-000002").body["orderInfo"]["orderLine"]
    assert [line["orderLineId"] for line in one] == ["CS1-000002"]


def test_R9_5_an_order_without_a_line_is_its_first(product: Product) -> None:
    record_order(new_order("O.1", product.number), actor=None)
    record_order(new_order("Ox1", product.number), actor=None)
    line = ask(orderId="O.1", orderLineId="O.1-000001").body["orderInfo"]["orderLine"]
    assert [each["orderLineId"] for each in line] == ["O.1-000001"]


def test_R4_7_an_unsubscription_is_an_order_of_its_own(product: Product) -> None:
    order = record_order(new_order("CS1-000001", product.number), actor=None)[0]
    refund = a_refund(order, "110.00")
    info = ask(orderId=refund.number, orderLineId=f"{refund.number}-000001").body["orderInfo"]
    assert info["orderType"] == "UNSUBSCRIBE"
    assert info["extendParams"] == [{"name": "originalOrderLineId", "value": "CS1-000001"}]
    [line] = info["orderLine"]
    assert "currency" not in line


def test_R9_5_another_sellers_order_does_not_exist(product: Product) -> None:
    theirs = a_product(a_seller("S-2"))
    order = record_order(new_order("CS1-000001", theirs.number), actor=None)[0]
    refund = a_refund(order, "110.00")
    for number in ("CS1", refund.number, "CS1'", "CS1\0", ".*"):
        assert ask(orderId=number).code == "MKT.0101"
    assert query(access_key_id("S-2", 1), secret_key("S-2", 1), orderId="CS1").code == "MKT.0000"


@pytest.mark.parametrize(
    ("access", "secret", "dated"),
    [
        (ACCESS, "wrong", ""),
        ("S-2.1", "", ""),
        ("S-1.2", "", ""),
        ("S-1.01", "", ""),
        ("S-1", "", ""),
        (ACCESS, "", f"{datetime.now(UTC) - timedelta(hours=1):%Y%m%dT%H%M%SZ}"),
        (ACCESS, "", "yesterday"),
    ],
    ids=[
        "another secret",
        "another seller's key",
        "a version to come",
        "a version written otherwise",
        "no version",
        "an hour ago",
        "no instant",
    ],
)
def test_R9_5_who_does_not_sign_is_refused(access: str, secret: str, dated: str) -> None:
    secret = secret or secret_key("S-1", 1)
    answer = query(access, secret, dated=dated, orderId="MOCKONDEMAND")
    assert (answer.status, answer.code) == (401, "MKT.0154")
    assert "orderInfo" not in answer.body


def test_R9_5_without_a_signature_without_an_order_and_by_another_method() -> None:
    address = f"{BASE}/order/query"
    assert Answer(Client().get(address, {"orderId": "MOCKONDEMAND"})).code == "MKT.0154"
    assert Answer(Client().post(address)).code == "MKT.0101"
    assert ask().code == "MKT.0199"
    assert ask(orderId="MOCKONDEMAND", colour="red").code == "MKT.0101"


def test_R2_1_the_amount_told_is_the_one_paid(product: Product) -> None:
    facts = {"paid_amount": Decimal("55.50"), "sales_amount": Decimal("50.00")}
    record_order(new_order("CS1-000001", product.number, **facts), actor=None)
    assert ask(orderId="CS1").body["orderInfo"]["orderLine"][0]["currency"] == "55.50"


def test_R9_5_an_address_that_does_not_sign_waits_before_its_bodies_are_read(settings: Any) -> None:
    settings.OPEN_API_REFUSALS = 3
    address = f"{BASE}/order/query"
    codes = [Answer(Client(REMOTE_ADDR="203.0.113.77").get(address)).code for _ in range(4)]
    assert codes == ["MKT.0154"] * 3 + ["MKT.0250"]
    assert ask(orderId="MOCKONDEMAND").code == "MKT.0000"
