"""Getting a settled refund back: current bill, following bill, deposit, receivable (R5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import EXACT, ZERO, to_minor_unit

#: Bills that may be drawn on: the current month's and the following one's (R5.2).
WINDOW_MONTHS = 2


@dataclass(frozen=True, slots=True)
class OpenRecovery:
    """A recovery with something outstanding; both ends of the window belong to it."""

    number: str
    refunded_at: datetime
    outstanding: Decimal
    window_start: Cycle
    window_end: Cycle


def draw_in_order(outstanding: Decimal, available: Iterable[Decimal]) -> list[Decimal]:
    """How much each source gives, in order, until nothing is outstanding (R5.2).

    A source in the red gives nothing (R3.5). What is left over becomes a receivable.
    """
    taken = []
    for offered in available:
        amount = min(outstanding, max(offered, ZERO))
        taken.append(amount)
        outstanding -= amount
    return taken


def window(
    refunded_at: datetime, zone: ZoneInfo, months: int = WINDOW_MONTHS
) -> tuple[Cycle, Cycle]:
    """The first and the last cycle whose bill may be drawn on; the first holds `refunded_at`."""
    current = Cycle.containing(refunded_at, zone)
    return current, current.plus(months - 1)


def allocate_bill(
    available: Decimal, recoveries: Iterable[OpenRecovery], cycle: Cycle
) -> list[tuple[str, Decimal]]:
    """What each recovery takes from one bill, oldest refund first, within its window (R5.3)."""
    allocations = []
    left = max(available, ZERO)
    for recovery in _oldest_first(recoveries):
        if left and recovery.window_start <= cycle <= recovery.window_end:
            amount = min(recovery.outstanding, left)
            allocations.append((recovery.number, amount))
            left -= amount
    return allocations


def allocate_deposit(
    balance: Decimal,
    recoveries: Iterable[OpenRecovery],
    closed_through: Cycle | None,
    *,
    seller_left: bool = False,
) -> list[tuple[str, Decimal, Decimal]]:
    """(number, from the deposit, to a receivable) of each recovery whose window is over (R5.3).

    `closed_through` is the last cycle closed for the seller. One who has left has no further bill,
    so no window is waited for.
    """
    allocations = []
    for recovery in _oldest_first(recoveries):
        closed = closed_through is not None and recovery.window_end <= closed_through
        if closed or seller_left:
            amount = min(recovery.outstanding, balance)
            allocations.append((recovery.number, amount, recovery.outstanding - amount))
            balance -= amount
    return allocations


def recovery_basis_amount(
    basis: str,
    refund_amount: Decimal,
    line_settlement: Decimal,
    paid_amount: Decimal,
    currency: str,
) -> Decimal:
    """What a refund claims from the seller: all of it, or the share the seller had got (R5.1).

    `paid_amount` is what the customer had paid for what the line settles. The seller's share can
    round to 0; then there is nothing to recover.
    """
    if basis == "refund_amount":
        return refund_amount
    with localcontext(EXACT):
        return to_minor_unit(refund_amount * line_settlement / paid_amount, currency)


def _oldest_first(recoveries: Iterable[OpenRecovery]) -> Sequence[OpenRecovery]:
    waiting = (recovery for recovery in recoveries if recovery.outstanding > ZERO)
    return sorted(waiting, key=lambda recovery: (recovery.refunded_at, recovery.number))
