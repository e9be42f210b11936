"""Which cycle a transaction belongs to (R1.4), and on whose bill it is due (R1.5)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from koogallery.kit.cycles import Cycle
from sellers.rules.orders import OrderFacts


def transaction_cycle(
    effective_at: datetime | None,
    paid_at: datetime | None,
    supervision_status: str,
    supervision_completed_at: datetime | None,
    zone: ZoneInfo,
) -> Cycle | None:
    """The month of the latest of effect, payment and supervision; None while one is open (R1.4)."""
    if effective_at is None or paid_at is None:
        return None
    if supervision_status == "not_applicable":
        return Cycle.containing(max(effective_at, paid_at), zone)
    if supervision_status == "completed" and supervision_completed_at is not None:
        return Cycle.containing(max(effective_at, paid_at, supervision_completed_at), zone)
    return None


def order_cycle(order: OrderFacts, zone: ZoneInfo) -> Cycle | None:
    """None also for what is never billed itself: trials (R1.3) and pay-per-use orders (R4.8)."""
    if order.order_type == "trial" or order.is_pay_per_use:
        return None
    return transaction_cycle(
        order.effective_at,
        order.paid_at,
        order.supervision_status,
        order.supervision_completed_at,
        zone,
    )


def usage_cycle(order: OrderFacts, started_at: datetime, zone: ZoneInfo) -> Cycle | None:
    """Usage takes effect when consumption starts (R1.2); the rest is its order's."""
    if order.order_type == "trial":
        return None
    return transaction_cycle(
        started_at,
        order.paid_at,
        order.supervision_status,
        order.supervision_completed_at,
        zone,
    )


def due_cycle(cycle: Cycle | None, open_cycle: Cycle | None) -> Cycle | None:
    """The cycle whose bill it is expected on: its own, or the seller's open one if later.

    `open_cycle` is the seller's first cycle not yet closed, None before the first close.
    """
    if cycle is None or open_cycle is None:
        return cycle
    return max(cycle, open_cycle)
