"""The facts a refund's rules look at, gathered from its order (R4.1, R4.2).

How a refund stands to the standards of R4.2: as they hold now, until it is decided (R4.3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db.models import DecimalField, Exists, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from koogallery.kit.errors import Conflict, Violation
from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from sellers.models import Order
from settlement.choices import CLAIMING, UNDECIDED_REFUNDS, LineKind
from settlement.models import BillLine, Refund
from settlement.rules.refunds import RefundFacts, hard_violations, refund_violations, standards
from settlement.rules.standards import detail_of


def facts_of(order: Order, amount: Decimal, claim: Refund | None = None) -> RefundFacts:
    """Of a refund that is applied for, or of a `claim` there is: every other one counts."""
    settled = BillLine.objects.filter(order=order, kind=LineKind.ORDER).exists()
    claims = Refund.objects.filter(order=order, state__in=CLAIMING)
    if claim:
        claims = claims.exclude(pk=claim.pk)
    claimed: Decimal = claims.aggregate(total=Sum("amount", default=ZERO))["total"]
    return facts_with(order, amount, claimed=claimed, settled=settled)


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


@dataclass(frozen=True, slots=True)
class Standing:
    """The standards as of now, of the last approval, or of the application; each as stored.

    `at_request` of each says whether it held at the application, where it was looked at then.
    """

    as_of: str  # now, approved, requested
    checks: Sequence[Mapping[str, Any]]

    @property
    def failing(self) -> Sequence[Mapping[str, Any]]:
        return [check for check in self.checks if not check["holds"]]


def standing_of(refund: Refund) -> Standing:
    if refund.state in UNDECIDED_REFUNDS:
        return Standing("now", _beside_first(refund, checks_of(_facts(refund), timezone.now())))
    approvals = sorted(refund.approvals.all(), key=attrgetter("pk"))
    if approvals and approvals[-1].checks:
        return Standing("approved", _beside_first(refund, approvals[-1].checks))
    return Standing("requested", _beside_first(refund, refund.checks))


def with_standing(refunds: QuerySet[Refund]) -> QuerySet[Refund]:
    """A page of them at once; the caller fetches their approvals beforehand, too."""
    of_order = Refund.objects.filter(order=OuterRef("order"), state__in=CLAIMING)
    claimed = of_order.order_by().values("order").annotate(total=Sum("amount")).values("total")
    billed = BillLine.objects.filter(order=OuterRef("order"), kind=LineKind.ORDER)
    return refunds.select_related("order__product").annotate(
        claims_of_order=Subquery(claimed, output_field=DecimalField()), order_billed=Exists(billed)
    )


def _facts(refund: Any) -> RefundFacts:
    """An undecided refund is one of its order's claims."""
    if not hasattr(refund, "order_billed"):
        return facts_of(refund.order, refund.amount, refund)
    beside = refund.claims_of_order - refund.amount
    return facts_with(refund.order, refund.amount, claimed=beside, settled=refund.order_billed)


def _beside_first(
    refund: Refund, checks: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    held = {check["code"]: check["holds"] for check in refund.checks}
    return [
        {**check, "detail": detail_of(check), "at_request": held.get(check["code"])}
        for check in checks
    ]
