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


#: What the contract calls what a transaction waits for, where it is less particular.
OF_CONTRACT = {
    "not_enabled": "not_effective",
    "takes_effect_later": "not_effective",
    "waiting_for_service": "supervision_open",
    "waiting_for_acceptance": "supervision_open",
}


def waits_for(transaction: TransactionFacts, *, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Each condition of R1.3 that does not hold yet, and a hold of R4.6, in the contract's order.

    `settlement/sql/waits_for.sql` says the same of rows.
    """
    due, supervision = transaction.due_cycle, transaction.supervision_status
    is_known = transaction.effective_at is not None
    service = "waiting_for_service"
    held = {
        "not_enabled": not is_known,
        "takes_effect_later": is_known and not _has_come(transaction.effective_at, now),
        "not_paid": not _has_come(transaction.paid_at, now),
        service: supervision == service,
        "waiting_for_acceptance": supervision not in ("not_applicable", "completed", service),
        "seller_not_certified": not _has_come(transaction.seller_certified_at, now),
        "cycle_open": due is not None and not due.has_ended(now, zone),
        "refund_pending": transaction.refund_pending,
    }
    return tuple(reason for reason, holds in held.items() if holds)


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
    waits = waits_for(transaction, now=now, zone=zone)
    if transaction.due_cycle is not None and not waits:
        return ("cycle_open",)
    return tuple(OF_CONTRACT.get(reason, reason) for reason in waits)


def _has_come(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and instant <= now
