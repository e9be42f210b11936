"""How a line of a statement moves the books: onto the bank's account, and out of suspense (R7.1).

Each line is posted once, between the bank and suspense; what is known to be somebody's is taken out
of suspense again, by a journal of that seller.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from koogallery.kit.money import ZERO
from koogallery.models import User
from koogallery.settlement_time import ZONE
from settlement.choices import BALANCED_FORMATS, Account, LinePurpose
from settlement.models import ApprovalLimit, BankLine, BankStatement, Journal, LedgerEntry, Payout
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


# What banks keep or send back is of no seller, and takes two people as any other sum does (R4.4).
#
# What counts is what went without one within the hours, so that many small charges are no way
# around: those that the bank's code told, and those that this person said to be charges. The
# database adds them up, and takes no line that makes it too much for one.


def takes_two_as_told(charges: Decimal, currency: str) -> bool:
    """Charges that a statement tells; statements are taken one after the other."""
    return _takes_two(charges, currency, None)


def takes_two_as_said(charges: Decimal, currency: str, actor: User) -> bool:
    """Charges of a line that a person attributes; of two acts of one the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hold_who_moves_money(%s)", [actor.pk])
    return _takes_two(charges, currency, actor)


def _takes_two(charges: Decimal, currency: str, actor: User | None) -> bool:
    if charges == ZERO:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT charged_alone(%s, %s)", [currency, actor.pk if actor else None])
        before = Decimal(cursor.fetchone()[0])
    return abs(charges) + before >= ApprovalLimit.objects.get(currency=currency).amount


# The ledger's bank account holds what the bank says lies on ours (R8.2).


def post_what_is_missing(statement: BankStatement) -> None:
    """What no line explains: what lay there before the first statement, and gaps between them.

    A statement that fills a gap later takes it back.
    """
    if statement.format in BALANCED_FORMATS and statement.closed_on is not None:
        _post(statement, balance_key(statement), instant_of(statement.closed_on))


def post_what_is_left(statement: BankStatement) -> None:
    """By the statements that still count, once this one is reversed with its lines."""
    if statement.currency:
        _post(statement, f"{balance_key(statement)}:left", timezone.now())


def balance_key(statement: BankStatement) -> str:
    return f"bank_balance:{statement.number}"


def _post(statement: BankStatement, key: str, at: datetime) -> None:
    booked = LedgerEntry.objects.filter(account=Account.BANK, currency=statement.currency)
    held = booked.aggregate(held=Sum("amount", default=ZERO))["held"]
    missing = _balance_by_statements(statement.currency) - held
    if missing:
        ledger.post(
            key=key,
            kind="bank_balance",
            seller_id=None,
            subject=statement.number,
            effective_at=at,
            currency=statement.currency,
            legs={Account.BANK: missing, Account.OPENING_BALANCE: -missing},
        )


def _balance_by_statements(currency: str) -> Decimal:
    """The last closing balances in a currency, and what notifications have told since."""
    last = BankStatement.objects.last_of_accounts().filter(currency=currency)
    closing = sum((statement.closing or ZERO for statement in last), ZERO)
    lines = BankLine.objects.notified().filter(currency=currency)
    notified: Decimal = lines.aggregate(total=Sum("amount", default=ZERO))["total"]
    return closing + notified
