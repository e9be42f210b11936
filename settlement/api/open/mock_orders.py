"""The documented orders for debugging: everybody may ask for them, and they never change."""

from collections.abc import Mapping
from typing import Any

Info = dict[str, Any]

#: Order id -> order type, charging mode, kind of period, and what more its line says.
_MOCKS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "MOCKPERIODYEARNEW": ("NEW", "PERIOD", {"periodType": "year", "periodNumber": 1}),
    "MOCKONETIMENEW": ("NEW", "ONE_TIME", {}),
    "MOCKONDEMAND": ("NEW", "ON_DEMAND", {}),
    "MOCKONDEMANDPKG": ("NEW", "ON_DEMAND_PKG", {}),
    "MOCKPERIODDAYTRIAL": ("TRIAL", "PERIOD", {"periodType": "day", "periodNumber": 15}),
    "MOCKMONTYTRIALTOFORMAL": (
        "TRIAL_TO_FORMAL",
        "PERIOD",
        {"periodType": "month", "periodNumber": 1},
    ),
    "MOCKMONTYUNSUBSCRIBE": ("UNSUBSCRIBE", "PERIOD", {"periodType": "month", "periodNumber": 1}),
    "MOCKMONTYRENEW": ("RENEW", "PERIOD", {"periodType": "month", "periodNumber": 1}),
    "MOCKMONTYCHANGE": ("CHANGE", "PERIOD", {"periodType": "month", "periodNumber": 1}),
}

#: Order types that carry no price.
_WITHOUT_PRICE = frozenset({"UNSUBSCRIBE"})


def mock_order(order_id: str, line_id: str) -> Info | None:
    """None: it is no order for debugging, or none of its lines."""
    mock = _MOCKS.get(order_id)
    if mock is None or line_id not in {"", f"{order_id}-000001"}:
        return None
    order_type, charging_mode, period = mock
    price = "0.00" if order_type == "TRIAL" else "100.00"
    amounts = {"currency": price, "currencyAfterDiscount": price, "currencyType": "USD"}
    line: Info = {
        "orderLineId": f"{order_id}-000001",
        "chargingMode": charging_mode,
        **period,
        **({"expireTime": "20991231155959"} if charging_mode == "PERIOD" else {}),
        **({} if order_type in _WITHOUT_PRICE else amounts),
        "productInfo": [{"productId": "MOCKPRODUCT", "productName": "Product for debugging"}],
    }
    return {
        "orderId": order_id,
        "orderType": order_type,
        "createTime": "20230101000000",
        "orderLine": [line],
        "buyerInfo": {"customerId": "mock-customer", "customerName": "Customer for debugging"},
        "extendParams": [],
    }
