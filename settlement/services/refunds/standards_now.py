"""How a refund stands to the standards of R4.2: as they hold now, until it is decided (R4.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import DecimalField, Exists, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from settlement.choices import CLAIMING, UNDECIDED_REFUNDS, LineKind
from settlement.models import BillLine, Refund
from settlement.rules.refunds import RefundFacts
from settlement.rules.standards import detail_of
from settlement.services.refunds.standards import checks_of, facts_of, facts_with


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
