"""GET …/order/query: an order, or an unsubscription, as a seller's server asks for it (R9.5)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from django.http import HttpRequest

from sellers.api.open.answers import INVALID_PARAMETER, MISSING_PARAMETER, SUCCESS, Refused, Result
from sellers.api.open.callers import seller_by_sdk_signature, throttle
from sellers.api.open.views import OpenApiView
from sellers.choices import BillingMode, OrderType
from sellers.models import Order, Product, Seller
from settlement.api.open.order_info import ORDER_TYPES, Info, order_info, unsubscription_info
from settlement.models import Refund

# The documented orders for debugging: everybody may ask for them, and they never change.
#
# They are said as real orders are, so that what was built on them goes on working.


class Mock(NamedTuple):
    order_type: OrderType
    billing_mode: BillingMode
    said: str = ""  # where the order type is none of an order's own


MONTHLY = BillingMode.YEARLY_MONTHLY
_MOCKS: Mapping[str, Mock] = {
    "MOCKPERIODYEARNEW": Mock(OrderType.PURCHASE, MONTHLY),
    "MOCKONETIMENEW": Mock(OrderType.PURCHASE, BillingMode.ONE_TIME),
    "MOCKONDEMAND": Mock(OrderType.PURCHASE, BillingMode.PAY_PER_USE),
    "MOCKONDEMANDPKG": Mock(OrderType.PURCHASE, BillingMode.PACKAGE),
    "MOCKPERIODDAYTRIAL": Mock(OrderType.TRIAL, MONTHLY),
    "MOCKMONTYTRIALTOFORMAL": Mock(OrderType.PURCHASE, MONTHLY, "TRIAL_TO_FORMAL"),
    "MOCKMONTYUNSUBSCRIBE": Mock(OrderType.PURCHASE, MONTHLY, "UNSUBSCRIBE"),
    "MOCKMONTYRENEW": Mock(OrderType.RENEWAL, MONTHLY),
    "MOCKMONTYCHANGE": Mock(OrderType.CHANGE, MONTHLY),
}
PLACED, ENDS = datetime(2023, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 15, 59, 59, tzinfo=UTC)


def mock_order(order_id: str, line_id: str) -> Info | None:
    """None: it is no order for debugging, or none of its lines."""
    mock = _MOCKS.get(order_id)
    if mock is None or line_id not in {"", f"{order_id}-000001"}:
        return None
    if mock.said == "UNSUBSCRIBE":
        original = _order("MOCKPERIODYEARNEW", mock)
        return unsubscription_info(Refund(number=order_id, order=original, requested_at=PLACED))
    said = mock.said or ORDER_TYPES[mock.order_type]
    return order_info(order_id, [_order(order_id, mock)], said)


def _order(order_id: str, mock: Mock) -> Order:
    """As it would stand in the books, where it never is."""
    metered = mock.billing_mode == BillingMode.PAY_PER_USE
    free = metered or mock.order_type == OrderType.TRIAL
    return Order(
        number=f"{order_id}-000001",
        product=Product(number="MOCKPRODUCT", name="Product for debugging"),
        order_type=mock.order_type,
        billing_mode=mock.billing_mode,
        customer_name="Customer for debugging",
        customer_account="mock-customer",
        currency="USD",
        paid_amount=Decimal(0) if free else Decimal(100),
        unit_price=Decimal("0.01") if metered else None,
        placed_at=PLACED,
        term_ends_at=ENDS if mock.billing_mode == MONTHLY else None,
    )


PARAMETERS = frozenset({"orderId", "orderLineId"})


class OrderQuery(OpenApiView):
    def get(self, request: HttpRequest) -> Result:
        seller = seller_by_sdk_signature(request)
        throttle(seller)
        query = request.GET
        if unknown := sorted(set(query) - PARAMETERS):
            raise Refused(INVALID_PARAMETER, f"There is no parameter {unknown[0]}.")
        order_id, line_id = query.get("orderId", ""), query.get("orderLineId", "")
        if not order_id:
            raise Refused(MISSING_PARAMETER, "orderId is missing.")
        found = mock_order(order_id, line_id) or _info(seller, order_id, line_id)
        if found is None:
            asked = f"{order_id} with line {line_id}" if line_id else order_id
            raise Refused(INVALID_PARAMETER, f"You have no order {asked}.")
        return Result(SUCCESS, more={"orderInfo": found})


def _info(seller: Seller, order_id: str, line_id: str) -> Info | None:
    """Only what is this seller's; an order number without a line is its own first line."""
    first = f"{order_id}-000001"
    orders = Order.objects.filter(seller=seller).select_related("product")
    lines = orders.filter(number__regex=rf"^{_escaped(order_id)}(-[0-9]{{6}})?$").order_by("number")
    if line_id:
        names = [line_id, order_id] if line_id == first else [line_id]
        lines = lines.filter(number__in=names)
    found = list(lines)
    if found:
        return order_info(order_id, found)
    refunds = Refund.objects.filter(seller=seller, number=order_id)
    refund = refunds.select_related("order__product").first()
    return unsubscription_info(refund) if refund and line_id in {"", first} else None


def _escaped(order_id: str) -> str:
    return "".join(letter if letter.isalnum() else f"\\{letter}" for letter in order_id)
