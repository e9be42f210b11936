"""The facts a refund's rules look at, gathered from its order (R4.1, R4.2)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from koogallery.kit.errors import Conflict, Violation
from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from sellers.models import Order
from settlement.choices import CLAIMING, LineKind
from settlement.models import BillLine, Refund
from settlement.rules.refunds import RefundFacts, hard_violations, refund_violations, standards


def facts_of(order: Order, amount: Decimal, claim: Refund | None = None) -> RefundFacts:
    """Of a refund that is applied for, or of a `claim` there is: every other one counts."""
    settled = BillLine.objects.filter(order=order, kind=LineKind.ORDER).exists()
    return facts_with(order, amount, claimed=_claimed(order, claim), settled=settled)


def facts_with(order: Order, amount: Decimal, *, claimed: Decimal, settled: bool) -> RefundFacts:
    return RefundFacts(
        delivery_method=order.product.delivery_method,
        supervised=order.product.supervised,
        order_type=order.order_type,
        billing_mode=order.billing_mode,
        supervision_status=order.supervision_status,
        supervision_completed_at=order.supervision_completed_at,
        paid_amount=order.paid_amount,
        paid_at=order.paid_at,
        already_refunded=claimed,
        amount=amount,
        effective_at=order.effective_at,
        term_ends_at=order.term_ends_at,
        settled=settled,
        handling_fee=settings.IMAGE_HANDLING_FEE,
        currency=order.currency,
    )


def checks_of(facts: RefundFacts, now: datetime) -> list[dict[str, Any]]:
    """The standards as they are stored on the refund and shown to whoever decides."""
    return [standard.as_stored() for standard in standards(facts, now, ZONE)]


def require_standards(refund: Refund) -> None:
    """As they hold now, whatever held at the application; what was agreed specially still is."""
    facts, agreed = facts_of(refund.order, refund.amount, refund), bool(refund.special_agreement)
    _refuse(refund_violations(facts, timezone.now(), special_agreement=agreed, zone=ZONE))


def require_paid(refund: Refund) -> None:
    """What no agreement heals, looked at once more before money goes back (R4.1)."""
    _refuse(hard_violations(facts_of(refund.order, refund.amount, refund)))


def _refuse(wrong: Sequence[Violation]) -> None:
    """The call is right in itself: it is the order that changed."""
    if wrong:
        raise Conflict.of(wrong)


def _claimed(order: Order, claim: Refund | None) -> Decimal:
    claims = Refund.objects.filter(order=order, state__in=CLAIMING)
    if claim:
        claims = claims.exclude(pk=claim.pk)
    claimed: Decimal = claims.aggregate(total=Sum("amount", default=ZERO))["total"]
    return claimed
