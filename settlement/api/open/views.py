"""GET …/order/query: an order, or an unsubscription, as a seller's server asks for it (R9.5)."""

from django.http import HttpRequest

from sellers.api.open.answers import INVALID_PARAMETER, MISSING_PARAMETER, SUCCESS, Refused, Result
from sellers.api.open.callers import seller_by_sdk_signature, throttle
from sellers.api.open.views import OpenApiView
from sellers.models import Order, Seller
from settlement.api.open.mock_orders import mock_order
from settlement.api.open.order_info import Info, order_info, unsubscription_info
from settlement.models import Refund

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
