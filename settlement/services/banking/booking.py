"""How a line of a statement moves the books: onto the bank's account, and out of suspense (R7.1).

Each line is posted once, between the bank and suspense; what is known to be somebody's is taken out
of suspense again, by a journal of that seller.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from settlement.choices import Account, LinePurpose
from settlement.models import BankLine, Journal, Payout
from settlement.services import ledger


def instant_of(day: date) -> datetime:
    """The last one of the bank's day, or now while it lasts."""
    return min(datetime.combine(day, time.max, ZONE), timezone.now())


def post_line(line: BankLine) -> None:
    ledger.post(
        key=f"bank_line:{line.number}",
        kind="bank_line",
        seller_id=None,
        subject=line.number,
        effective_at=instant_of(line.booked_on),
        currency=line.currency,
        legs={Account.BANK: line.amount, Account.SUSPENSE: -line.amount},
    )


def clear(line: BankLine, seller_id: int, seller_number: str, amount: Decimal) -> None:
    """Of this seller: it is in transit no more, or stands until the next bill."""
    is_adjusted = line.purpose == LinePurpose.ADJUSTMENT
    other = Account.ADJUSTMENTS if is_adjusted else Account.IN_TRANSIT
    ledger.post(
        key=_cleared(line, seller_number),
        kind="bank_line_cleared",
        seller_id=seller_id,
        subject=line.number,
        effective_at=_cleared_at(line),
        currency=line.currency,
        legs={Account.SUSPENSE: amount, other: -amount},
    )


def post_charges(line: BankLine, charges: Decimal) -> None:
    if charges == ZERO:
        return
    ledger.post(
        key=f"bank_charges:{line.number}",
        kind="bank_charges",
        seller_id=None,
        subject=line.number,
        effective_at=_cleared_at(line),
        currency=line.currency,
        legs={Account.SUSPENSE: charges, Account.BANK_CHARGES: -charges},
    )


def bookings_of(line: BankLine, sellers: Iterable[str]) -> list[str]:
    """The keys of all that it may have moved; `sellers` are those it may have been cleared for."""
    keys = [f"bank_line:{line.number}", f"bank_charges:{line.number}"]
    return keys + [_cleared(line, seller) for seller in sellers]


def payouts_cleared_by(line: BankLine) -> list[Payout]:
    """Of a batch that the bank booked at once, those that this line shows leaving."""
    payouts = Payout.objects.with_names().filter(batch=line.batch_id).order_by("seller_id")
    keys = {_cleared(line, payout.seller.number): payout for payout in payouts}
    cleared = Journal.objects.filter(key__in=keys).values_list("key", flat=True)
    return [keys[key] for key in sorted(cleared)]


def _cleared(line: BankLine, seller_number: str) -> str:
    return f"bank_line_cleared:{line.number}:{seller_number}"


def _cleared_at(line: BankLine) -> datetime:
    """With the line where it was known at once, else when it was attributed."""
    return line.attributed_at or instant_of(line.booked_on)
