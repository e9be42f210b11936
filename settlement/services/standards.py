"""The facts a refund's rules look at, gathered from its order (R4.1, R4.2)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum

from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from sellers.models import Order
from settlement.choices import CLAIMING, LineKind
from settlement.models import BillLine, Refund
from settlement.rules.refunds import RefundFacts, standards


def facts_of(order: Order, amount: Decimal) -> RefundFacts:
    """Of a refund that is being applied for: every other refund of the order has its claim."""
    return RefundFacts(
        delivery_method=order.product.delivery_method,
        supervised=order.product.supervised,
        order_type=order.order_type,
        billing_mode=order.billing_mode,
        supervision_status=order.supervision_status,
        supervision_completed_at=order.supervision_completed_at,
        paid_amount=order.paid_amount,
        paid_at=order.paid_at,
        already_refunded=_claimed(order),
        amount=amount,
        effective_at=order.effective_at,
        term_ends_at=order.term_ends_at,
        settled=BillLine.objects.filter(order=order, kind=LineKind.ORDER).exists(),
        handling_fee=settings.IMAGE_HANDLING_FEE,
        currency=order.currency,
    )


def checks_of(facts: RefundFacts, now: datetime) -> list[dict[str, Any]]:
    """The standards as they are stored on the refund and shown to whoever decides."""
    return [standard.as_stored() for standard in standards(facts, now, ZONE)]


def _claimed(order: Order) -> Decimal:
    claims = Refund.objects.filter(order=order, state__in=CLAIMING)
    claimed: Decimal = claims.aggregate(total=Sum("amount", default=ZERO))["total"]
    return claimed
