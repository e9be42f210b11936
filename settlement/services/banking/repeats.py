"""Banks tell a movement more than once (R8.2).

When it happens, on the statement of its day and that of the week, in another format: it is posted
when it is first heard of. What a notification told is known again by the bank's reference of the
entry, all of whose payments another file may book as one, or else by its ids, or by its day and
text. What another statement told is known again by ids alone, and only where the two do not follow
each other: two payments that look alike are two.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Exists, OuterRef, Q

from koogallery.kit.money import ZERO
from settlement.bank_files.statements import Entry
from settlement.choices import BALANCED_FORMATS, LineState
from settlement.models import BankLine, BankStatement

#: An amount, and a name of it if one is said.
Named = tuple[Decimal, str]
#: What names a movement in files of one format; in another format a bank names it otherwise, but
#: for the end-to-end id.
NAMES = ("end_to_end_id", "bank_reference", "text")


def in_other_words(statement: BankStatement, entries: Sequence[Entry]) -> BankStatement | None:
    """The one that was taken before with the same day, balances and movements.

    In another format, or exported once more. Where it may as well follow from the last one, its
    ids have to say so.
    """
    told = [entry for entry in entries if entry.amount]
    of_account = BankStatement.objects.filter(
        account=statement.account, currency=statement.currency
    ).balanced()
    last = of_account.last()
    may_follow = last is not None and last.closing == statement.opening
    same = of_account.filter(
        opening=statement.opening, closing=statement.closing, closed_on=statement.closed_on
    )
    if may_follow and not all(entry.end_to_end_id for entry in told):
        return None
    for other in same:
        names = NAMES if other.format == statement.format else NAMES[:1]
        if all(
            _agree(
                other.lines.values_list("amount", name),
                [(entry.amount, getattr(entry, name)) for entry in told],
            )
            for name in names
        ):
            return other
    return None


def _agree(known: Iterable[Named], told: Iterable[Named]) -> bool:
    """Amounts are the same, and so are the names of each where both say one."""
    one, other = Counter(known), Counter(told)
    left, more = list((one - other).elements()), list((other - one).elements())
    amounts = Counter(amount for amount, _name in left)
    if amounts != Counter(amount for amount, _name in more):
        return False
    named = Counter(amount for amount, name in (*left, *more) if name)
    return named <= amounts


def repeated_lines(statement: BankStatement, entries: Sequence[Entry]) -> list[BankLine | None]:
    """For each entry the line that told it before, if one did.

    On a statement that can be a notification's, which no other statement has repeated, or another
    statement's that covers the same days.
    """
    notified = _Pool(_told_before(statement, entries))
    stated = _Pool(_on_other_statements(statement, entries))
    found: list[BankLine | None] = []
    for entry in entries:
        told = notified.booked_as_one(entry) or notified.first(entry, _is_same)
        again = None if told else stated.first(entry, _is_same_booking)
        found.append((again.repeats or again) if again else told)
    return found


class _Pool:
    """Lines that entries may repeat, each once."""

    def __init__(self, lines: Iterable[BankLine]) -> None:
        self.by_amount: dict[Decimal, list[BankLine]] = defaultdict(list)
        self.by_reference: dict[str, list[BankLine]] = defaultdict(list)
        self.used: set[int] = set()
        for line in lines:
            self.by_amount[line.amount].append(line)
            self.by_reference[line.entry_reference].append(line)

    def first(self, entry: Entry, is_same: Callable[[BankLine, Entry], bool]) -> BankLine | None:
        lines = self.by_amount.get(entry.amount, ())
        found = next(
            (line for line in lines if line.pk not in self.used and is_same(line, entry)), None
        )
        if found:
            self.used.add(found.pk)
        return found

    def booked_as_one(self, entry: Entry) -> BankLine | None:
        """The first of several payments that were told apart, and together are this entry."""
        same = self.by_reference.get(entry.entry_reference, ()) if entry.entry_reference else ()
        unused = [line for line in same if line.pk not in self.used]
        for _statement, group in groupby(unused, key=lambda line: line.statement_id):
            told = list(group)
            if len(told) > 1 and sum((line.amount for line in told), ZERO) == entry.amount:
                self.used.update(line.pk for line in told)
                return told[0]
        return None


def _told_before(statement: BankStatement, entries: Sequence[Entry]) -> Iterable[BankLine]:
    lines = BankLine.objects.exclude(state__in=[LineState.REPEATED, LineState.REVERSED]).filter(
        Q(amount__in={entry.amount for entry in entries})
        | Q(entry_reference__in={entry.entry_reference for entry in entries} - {""}),
        statement__account=statement.account,
        currency=statement.currency,
    )
    if statement.format in BALANCED_FORMATS:
        lines = lines.exclude(statement__format__in=BALANCED_FORMATS)
        told = BankLine.objects.filter(
            state=LineState.REPEATED, statement__format__in=BALANCED_FORMATS, repeats=OuterRef("pk")
        )
        lines = lines.exclude(Exists(told))
    return lines.exclude(statement=statement).order_by("pk")


def _on_other_statements(statement: BankStatement, entries: Sequence[Entry]) -> Iterator[BankLine]:
    if statement.format not in BALANCED_FORMATS or _follows(statement):
        return
    counting = BankLine.objects.exclude(state=LineState.REVERSED)
    lines = counting.select_related("repeats").filter(
        amount__in={entry.amount for entry in entries},
        booked_on__in=_days_of(entries),
        statement__format__in=BALANCED_FORMATS,
        statement__account=statement.account,
        currency=statement.currency,
    )
    yield from lines.exclude(statement=statement).order_by("pk")


def _follows(statement: BankStatement) -> bool:
    """Whether it begins where the one before it ended, and ends where the next one begins."""
    of_account = BankStatement.objects.filter(
        account=statement.account, currency=statement.currency
    ).balanced()
    rows = list(of_account.values_list("pk", "opening", "closing"))
    place = next(number for number, row in enumerate(rows) if row[0] == statement.pk)
    before, after = rows[:place][-1:], rows[place + 1 :][:1]
    return all(closing == statement.opening for _pk, _opening, closing in before) and all(
        opening == statement.closing for _pk, opening, _closing in after
    )


def _is_same_booking(line: BankLine, entry: Entry) -> bool:
    """Of the same day and amount, by an id that both say and none that they say otherwise."""
    if line.amount != entry.amount or line.booked_on not in _days_of([entry]):
        return False
    ids = (
        (line.bank_reference, entry.bank_reference),
        (line.end_to_end_id, entry.end_to_end_id),
        (line.uetr, entry.uetr),
    )
    both = [told == tells for told, tells in ids if told and tells]
    return bool(both) and all(both)


def _days_of(entries: Iterable[Entry]) -> set[date]:
    days = (day for entry in entries for day in (entry.booked_on, entry.value_on))
    return {day for day in days if day}


def _is_same(line: BankLine, entry: Entry) -> bool:
    if line.amount != entry.amount:
        return False
    ids = (
        (line.bank_reference, entry.bank_reference),
        (line.end_to_end_id, entry.end_to_end_id),
        (line.uetr, entry.uetr),
        (line.instruction_id, entry.instruction_id),
    )
    for told, tells in ids:
        if told and tells:
            return told == tells
    return line.booked_on in _days_of([entry]) and (line.text, line.counterparty_name) == (
        entry.text,
        entry.counterparty_name,
    )
