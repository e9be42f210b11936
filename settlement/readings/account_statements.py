"""A seller's statement: opening balance, what moved, closing balance, from the ledger (R7.2).

Seen from the seller: positive is owed to the seller, negative by the seller. Two clocks: the range
is of what had happened, `known_at` is what the books knew by then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.exports.files import Table
from koogallery.fields import amount
from koogallery.kit.errors import InvalidInput
from koogallery.kit.money import ZERO
from koogallery.languages import Text
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.choices import Account
from settlement.models import Journal, LedgerEntry

#: Column of a statement -> the accounts it sums. All that stands between seller and KooGallery.
COLUMNS: Mapping[str, tuple[Account, ...]] = {
    "payable": (Account.SELLER_PAYABLE,),
    "deposit": (Account.DEPOSIT,),
    "owed": (Account.RECOVERIES, Account.RECEIVABLES, Account.CARRIED_OVER),
}
ACCOUNTS = tuple(account for accounts in COLUMNS.values() for account in accounts)

#: What moved, by the kind of its journal.
KINDS: Mapping[str, Text] = {
    "bill": gettext_lazy("Bill issued"),
    "allocation": gettext_lazy("Refund taken from a bill"),
    "recovery": gettext_lazy("Refund to be recovered"),
    "negative_balance": gettext_lazy("Negative balance to be recovered"),
    "deposit": gettext_lazy("Deposit"),
    "receivable": gettext_lazy("Open for you to pay"),
    "receivable_moved": gettext_lazy("Moved to the next bill"),
    "payment": gettext_lazy("Your payment"),
    "carry_over": gettext_lazy("Negative amount carried over"),
    "payout": gettext_lazy("Paid out to you"),
    "payout_undone": gettext_lazy("Payment failed or returned"),
}

#: Movements that are shown at once, and printed; a workbook and a CSV have them all.
MOST_SHOWN, MOST_PRINTED = 5_000, 50_000

HEADINGS = (
    "effective_at",
    "recorded_at",
    "kind",
    "document",
    "currency",
    "payable",
    "deposit",
    "owed",
    "balance",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is payable to the seller, what the deposit holds, what the seller owes (below 0)."""

    payable: Decimal = ZERO
    deposit: Decimal = ZERO
    owed: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        return self.payable + self.deposit + self.owed

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.payable + other.payable, self.deposit + other.deposit, self.owed + other.owed
        )


@dataclass(frozen=True, slots=True)
class Movement:
    """One journal, by what it moved; `after` is how things stand then."""

    journal: Journal
    moved: Figures
    after: Figures

    @property
    def what(self) -> Text:
        kind: str = self.journal.kind
        return KINDS.get(kind, kind.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Period:
    """From and to, both inclusive; nothing: since ever, and up to now. As known at, likewise."""

    start: datetime | None = None
    end: datetime | None = None
    known_at: datetime | None = None

    def require_order(self) -> None:
        if self.start and self.end and self.start > self.end:
            raise InvalidInput(
                _("The range ends before it begins."),
                code="no_range",
                rule="R7.2",
                field="effective_at_to",
            )


@dataclass(frozen=True, slots=True)
class Statement:
    seller: Seller
    period: Period
    opening: Figures
    movements: tuple[Movement, ...]
    closing: Figures

    @property
    def currency(self) -> str:
        return self.seller.settlement_currency


def statement_of(seller: Seller, period: Period) -> Statement:
    """The statement to look at; refused where it is too long to be looked at."""
    return statement_within(seller, period, MOST_SHOWN)


def statement_within(seller: Seller, period: Period, most: int) -> Statement:
    """Of at most so many movements."""
    period.require_order()
    opening = _opening(seller, period)
    movements = tuple(_movements(_journals(seller, period)[: most + 1], opening))
    if len(movements) > most:
        raise InvalidInput(
            _("More than %(most_shown)s movements; choose a shorter range, or take the file.")
            % {"most_shown": f"{most:,}"},
            code="too_many_entries",
            rule="R7.2",
            field="effective_at_from",
        )
    closing = movements[-1].after if movements else opening
    return Statement(seller, period, opening, movements, closing)


def can_be_printed(seller: Seller, period: Period) -> bool:
    return len(_journals(seller, period).values("pk")[: MOST_PRINTED + 1]) <= MOST_PRINTED


def statement_table(seller: Seller, period: Period) -> Table:
    """The same as a file: opening, every movement, closing; read while it is written."""
    period.require_order()
    money = frozenset({"payable", "deposit", "owed", "balance"})
    words = {"kind": {**KINDS, "opening": _("Opening balance"), "closing": _("Closing balance")}}
    return Table(HEADINGS, money, _rows(seller, period), words=words, is_summed=False)


def _rows(seller: Seller, period: Period) -> Iterator[tuple[Any, ...]]:
    currency, last = seller.settlement_currency, _opening(seller, period)
    yield _standing("opening", period.start, currency, last)
    for movement in _movements(_journals(seller, period).iterator(chunk_size=2_000), last):
        journal, moved, last = movement.journal, movement.moved, movement.after
        yield (
            journal.effective_at,
            journal.recorded_at,
            journal.kind,
            journal.subject,
            currency,
            moved.payable,
            moved.deposit,
            moved.owed,
            last.balance,
        )
    yield _standing("closing", period.end, currency, last)


def _standing(name: str, at: datetime | None, currency: str, figures: Figures) -> tuple[Any, ...]:
    columns = (figures.payable, figures.deposit, figures.owed, figures.balance)
    return (at, None, name, "", currency, *columns)


def _opening(seller: Seller, period: Period) -> Figures:
    if period.start is None:
        return Figures()
    entries = LedgerEntry.objects.filter(
        seller=seller, account__in=ACCOUNTS, journal__effective_at__lt=period.start
    )
    if period.known_at:
        entries = entries.filter(journal__recorded_at__lte=period.known_at)
    return Figures(**entries.aggregate(**_sums("")))


def _journals(seller: Seller, period: Period) -> QuerySet[Journal]:
    """Those that moved anything between the two, in the order in which it happened."""
    moving: Any = LedgerEntry.objects.filter(seller=seller, account__in=ACCOUNTS)
    journals = Journal.objects.filter(seller=seller, pk__in=moving.values("journal"))
    for field, lookup, bound in (
        ("effective_at", "gte", period.start),
        ("effective_at", "lte", period.end),
        ("recorded_at", "lte", period.known_at),
    ):
        if bound:
            journals = journals.filter(**{f"{field}__{lookup}": bound})
    return journals.annotate(**_sums("entries__")).order_by("effective_at", "pk")


def _sums(prefix: str) -> dict[str, Any]:
    """Credits are owed to the seller: debits with their sign turned round."""
    return {
        column: -Coalesce(
            Sum(f"{prefix}amount", filter=Q(**{f"{prefix}account__in": accounts})),
            ZERO,
            output_field=amount(),
        )
        for column, accounts in COLUMNS.items()
    }


def _movements(journals: Any, opening: Figures) -> Iterator[Movement]:
    after = opening
    for journal in journals:
        moved = Figures(journal.payable, journal.deposit, journal.owed)
        after += moved
        yield Movement(journal, moved, after)


def period_of(first: date | None, last: date | None, known_at: datetime | None = None) -> Period:
    """Whole days in the settlement time zone, the last one included."""
    start = datetime.combine(first, time.min, ZONE) if first else None
    end = datetime.combine(last, time.max, ZONE) if last else None
    return Period(start, end, known_at)
