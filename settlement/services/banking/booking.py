"""How a line of a statement moves the books: onto the bank's account, and out of suspense (R7.1).

Each line is posted once, between the bank and suspense; what is known to be somebody's is taken out
of suspense again, by a journal of that seller.
"""

from datetime import date, datetime, time
from decimal import Decimal

from django.utils import timezone

from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from settlement.choices import Account
from settlement.models import BankLine
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
    """Of this seller: it is in transit no more."""
    ledger.post(
        key=f"bank_line_cleared:{line.number}:{seller_number}",
        kind="bank_line_cleared",
        seller_id=seller_id,
        subject=line.number,
        effective_at=_cleared_at(line),
        currency=line.currency,
        legs={Account.SUSPENSE: amount, Account.IN_TRANSIT: -amount},
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


def _cleared_at(line: BankLine) -> datetime:
    """With the line where it was known at once, else when it was attributed."""
    return line.attributed_at or instant_of(line.booked_on)
