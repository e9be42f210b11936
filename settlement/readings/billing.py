"""Whether an order is billed, and what still keeps it from a bill (R1.3)."""

from datetime import datetime
from typing import Any

from django.db.models import DecimalField, Exists, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from sellers.models import OrderQuerySet
from settlement.choices import LineKind, RefundState
from settlement.models import BillLine, Refund
from settlement.rules.billability import TransactionFacts, unbilled_reasons

_LINE = BillLine.objects.filter(kind=LineKind.ORDER, order=OuterRef("pk"))
_REFUNDS = Refund.objects.filter(order=OuterRef("pk"))
_REFUNDED = (
    _REFUNDS.filter(state=RefundState.REFUNDED)
    .order_by()
    .values("order")
    .annotate(total=Sum("amount"))
    .values("total")
)


#: An order that came `with_billing`: its annotations have no type.
BillableOrder = Any


def with_billing(orders: OrderQuerySet) -> OrderQuerySet:
    """With the number of the `bill` each is on, and what `reasons_of` looks at: one query."""
    return orders.with_names().annotate(
        bill=Subquery(_LINE.values("bill__number")),
        refunded=_refunded(),
        refund_pending=Exists(_REFUNDS.filter(state=RefundState.APPROVED)),
    )


def not_refunded_in_full(orders: OrderQuerySet) -> OrderQuerySet:
    """Those of which something is retained; the others never reach a bill (R4.6)."""
    return orders.annotate(refunded=_refunded()).exclude(
        refunded__gt=ZERO, refunded__gte=F("paid_amount")
    )


def reasons_of(order: BillableOrder, now: datetime) -> tuple[str, ...]:
    """Why an order is on no bill; nothing once it is on one."""
    return () if order.bill else unbilled_reasons(facts_of(order), now=now, zone=ZONE)


def _refunded() -> Coalesce:
    return Coalesce(Subquery(_REFUNDED), ZERO, output_field=DecimalField())


def facts_of(order: BillableOrder) -> TransactionFacts:
    """What decides about an order that came `with_billing`."""
    return TransactionFacts(
        order_type=order.order_type,
        effective_at=order.effective_at,
        paid_at=order.paid_at,
        supervision_status=order.supervision_status,
        seller_certified_at=order.seller.certified_at,
        due_cycle=Cycle(order.due_cycle) if order.due_cycle else None,
        paid_amount=order.paid_amount,
        is_cancelled=order.cancelled_at is not None,
        refunded=order.refunded,
        refund_pending=order.refund_pending,
    )
