"""An order in the words of the open API. Instants are `yyyyMMddHHmmss` in UTC."""

from collections.abc import Mapping, Sequence
from typing import Any

from koogallery.kit.money import format_amount
from sellers.choices import BillingMode, OrderType
from sellers.models import DeliveryMessage, Order
from sellers.rules.deliveries import compact_time, order_ids
from settlement.models import Refund

Info = dict[str, Any]

ORDER_TYPES: Mapping[str, str] = {
    OrderType.PURCHASE: "NEW",
    OrderType.TRIAL: "TRIAL",
    OrderType.RENEWAL: "RENEW",
    OrderType.CHANGE: "CHANGE",
}
CHARGING_MODES: Mapping[str, str] = {
    BillingMode.YEARLY_MONTHLY: "PERIOD",
    BillingMode.ONE_TIME: "ONE_TIME",
    BillingMode.PAY_PER_USE: "ON_DEMAND",
    BillingMode.PACKAGE: "ON_DEMAND_PKG",
}


def order_info(order_id: str, lines: Sequence[Order], order_type: str = "") -> Info:
    first = lines[0]
    return {
        "orderId": order_id,
        "orderType": order_type or _order_type(first),
        "createTime": compact_time(first.placed_at),
        "orderLine": [{**_line(line), **_price(line)} for line in lines],
        "buyerInfo": _buyer(first),
        "extendParams": [],
    }


def unsubscription_info(refund: Refund) -> Info:
    """Under the refund's number; what was unsubscribed is named beside it. It carries no price."""
    order = refund.order
    return {
        "orderId": refund.number,
        "orderType": "UNSUBSCRIBE",
        "createTime": compact_time(refund.requested_at),
        "orderLine": [{**_line(order), "orderLineId": order_ids(refund.number)["orderLineId"]}],
        "buyerInfo": _buyer(order),
        "extendParams": [
            {"name": "originalOrderLineId", "value": order_ids(order.number)["orderLineId"]}
        ],
    }


def _order_type(order: Order) -> str:
    """A purchase that took over the customer's trial is told as such."""
    if DeliveryMessage.objects.filter(key=f"formal:{order.number}").exists():
        return "TRIAL_TO_FORMAL"
    return ORDER_TYPES[order.order_type]


def _line(order: Order) -> Info:
    ends = {"expireTime": compact_time(order.term_ends_at)} if order.term_ends_at else {}
    return {
        "orderLineId": order_ids(order.number)["orderLineId"],
        "chargingMode": CHARGING_MODES[order.billing_mode],
        **ends,
        "productInfo": [{"productId": order.product.number, "productName": order.product.name}],
    }


def _price(order: Order) -> Info:
    """Pay-per-use has a price for each unit alone, unless each record brings its own."""
    if order.billing_mode == BillingMode.PAY_PER_USE:
        price = order.unit_price
        priced = {} if price is None else {"unitPrice": f"{price.normalize():f}"}
        return {**priced, "currencyType": order.currency}
    paid = format_amount(order.paid_amount, order.currency)
    return {"currency": paid, "currencyAfterDiscount": paid, "currencyType": order.currency}


def _buyer(order: Order) -> Info:
    return {"customerId": order.customer_account, "customerName": order.customer_name}
