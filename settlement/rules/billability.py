"""Why a transaction is not on a bill yet (R1.3)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO


@dataclass(frozen=True, slots=True)
class TransactionFacts:
    """An unbilled order, or a usage record with its order's payment and supervision."""

    order_type: str
    effective_at: datetime | None
    paid_at: datetime | None
    supervision_status: str
    seller_certified_at: datetime | None
    due_cycle: Cycle | None  # whose bill it is expected on; None while it has no cycle of its own
    paid_amount: Decimal = ZERO
    refunded: Decimal = ZERO  # what has been paid back so far
    is_cancelled: bool = False  # before it was paid
    refund_pending: bool = False  # a refund is approved but not yet paid out (R4.6)


def unbilled_reasons(
    transaction: TransactionFacts, *, now: datetime, zone: ZoneInfo
) -> tuple[str, ...]:
    """What still keeps it from a bill, in the contract's order.

    What is due and held back by nothing waits for its bill run: `cycle_open`. Only a pay-per-use
    order, which is never billed itself, can have no reason at all.
    """
    if transaction.order_type == "trial":
        return ("trial",)
    if transaction.is_cancelled:
        return ("cancelled",)
    if transaction.refunded > ZERO and transaction.refunded >= transaction.paid_amount:
        return ("fully_refunded",)
    due = transaction.due_cycle
    held = {
        "not_effective": not _has_come(transaction.effective_at, now),
        "not_paid": not _has_come(transaction.paid_at, now),
        "supervision_open": transaction.supervision_status not in ("not_applicable", "completed"),
        "seller_not_certified": not _has_come(transaction.seller_certified_at, now),
        "cycle_open": due is not None and not due.has_ended(now, zone),
        "refund_pending": transaction.refund_pending,
    }
    if due is not None and not any(held.values()):
        return ("cycle_open",)
    return tuple(reason for reason, holds in held.items() if holds)


def _has_come(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and instant <= now
