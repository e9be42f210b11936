"""The documented orders for debugging: everybody may ask for them, and they never change.

They are said as real orders are, so that what was built on them goes on working.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from sellers.choices import BillingMode, OrderType
from sellers.models import Order, Product
from settlement.api.open.order_info import ORDER_TYPES, Info, order_info, unsubscription_info
from settlement.models import Refund


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
