"""Banks tell a movement twice: when it happens, and on the statement of its day (R8.2).

It is posted when it is first heard of. It is known again by the bank's reference of the entry, all
of whose payments another file may book as one, or else by its ids, or by its day and text.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db.models import Q

from koogallery.kit.money import ZERO
from settlement.bank_files.statements import Entry
from settlement.choices import BALANCED_FORMATS, LineState
from settlement.models import BankLine, BankStatement


def repeated_lines(statement: BankStatement, entries: Sequence[Entry]) -> list[BankLine | None]:
    """For each entry the line that told it before, if one did.

    On a statement that can only be a notification's, which no other statement has repeated.
    """
    unused = list(_told_before(statement, entries))
    found: list[BankLine | None] = []
    for entry in entries:
        group = _booked_as_one(entry, unused)
        first = next((line for line in unused if _is_same(line, entry)), None)
        told = group or ([first] if first else [])
        found.append(told[0] if told else None)
        unused = [line for line in unused if line not in told]
    return found


def _told_before(statement: BankStatement, entries: Sequence[Entry]) -> Iterable[BankLine]:
    lines = BankLine.objects.exclude(state=LineState.REPEATED).filter(
        Q(amount__in={entry.amount for entry in entries})
        | Q(entry_reference__in={entry.entry_reference for entry in entries} - {""}),
        statement__account=statement.account,
        currency=statement.currency,
    )
    if statement.format in BALANCED_FORMATS:
        lines = lines.exclude(statement__format__in=BALANCED_FORMATS)
        lines = lines.exclude(repeated_by__statement__format__in=BALANCED_FORMATS)
    return lines.exclude(statement=statement).order_by("pk")


def _booked_as_one(entry: Entry, lines: Sequence[BankLine]) -> list[BankLine]:
    """Several payments that were told apart, and together are this entry."""
    if not entry.entry_reference:
        return []
    same = [line for line in lines if line.entry_reference == entry.entry_reference]
    for _statement, group in groupby(same, key=lambda line: line.statement_id):
        told = list(group)
        if len(told) > 1 and sum((line.amount for line in told), ZERO) == entry.amount:
            return told
    return []


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
    days = {entry.booked_on, entry.value_on} - {None}
    return line.booked_on in days and (line.text, line.counterparty_name) == (
        entry.text,
        entry.counterparty_name,
    )
