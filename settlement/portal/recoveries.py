"""What was taken for refunds, and what will be: said before money is taken (R5.6)."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from koogallery.kit.cycles import Cycle
from settlement.choices import RecoveryState
from settlement.models import Allocation, Bill, Recovery


@dataclass(frozen=True, slots=True)
class PlannedRecovery:
    """A recovery still open, and the cycles whose bills may be drawn on, None once none is left."""

    recovery: Recovery
    first: str
    last: str

    @property
    def has_bills_left(self) -> bool:
        return self.first <= self.last


def planned_recoveries(recoveries: QuerySet[Recovery]) -> list[PlannedRecovery]:
    """Oldest refund first, as they will be taken (R5.3)."""
    waiting = recoveries.filter(state=RecoveryState.OPEN).select_related(
        "seller", "refund__order", "original_bill"
    )
    return [
        PlannedRecovery(
            recovery,
            first=max(recovery.window_start, recovery.seller.open_cycle or ""),
            last=recovery.window_end,
        )
        for recovery in waiting.order_by("refunded_at", "number")
    ]


def touching(bill: Bill) -> Q:
    """Recoveries that matter to a bill's reader: of its own orders, or due on the bill after it."""
    following = Cycle(bill.cycle).following
    return Q(original_bill=bill) | Q(window_start__lte=following, window_end__gte=following)


def taken_from(bill: Bill) -> QuerySet[Allocation]:
    """The allocations on a bill with all that each links to (R5.6)."""
    return bill.allocations.select_related(
        "recovery__refund__order", "recovery__original_bill"
    ).order_by("recovery__refunded_at", "recovery__number")
