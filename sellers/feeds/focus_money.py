"""What became of a file's money: its total, and where each part of it went, to the last decimal.

For every publisher and currency `file = accepted + already_known + rejected`, of the amounts as the
file has them; `booked = accepted + already_known + rounding`, of what stands in the books.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from koogallery.exports.files import harmless
from koogallery.kit.money import EXACT, ZERO
from sellers.feeds.beside import FileBesideFeed
from sellers.services.intake import Outcome, Result

FILE, ACCEPTED, KNOWN, REJECTED = "file", "accepted", "already_known", "rejected"
ROUNDING, BOOKED = "rounding", "booked"
PARTS = (FILE, ACCEPTED, KNOWN, REJECTED, ROUNDING, BOOKED)
PART_OF = {Result.RECORDED: ACCEPTED, Result.KNOWN: KNOWN, Result.REFUSED: REJECTED}

COLUMNS = ("publisher", "currency", "part", "reason", "rows", "amount")


class Account(NamedTuple):
    publisher: str
    currency: str


class Entry(NamedTuple):
    part: str
    reason: str = ""


@dataclass(slots=True)
class Sum:
    """Rows whose amount cannot be read are counted in no amount."""

    rows: int = 0
    amount: Decimal | None = None

    def add(self, amount: Decimal | None) -> None:
        self.rows += 1
        if amount is not None:
            self.amount = EXACT.add(self.amount or ZERO, amount)


@dataclass(slots=True)
class Reconciliation:
    sums: dict[Account, dict[Entry, Sum]] = field(default_factory=dict)

    def add(
        self, account: Account, cost: Decimal | None, outcome: Outcome, booked: Decimal | None
    ) -> None:
        """`cost` as the file has it, `booked` as it is kept, if it is."""
        reason = outcome.violations[0].code if outcome.is_refused else ""
        self._add(account, Entry(FILE), cost)
        self._add(account, Entry(PART_OF[outcome.result], reason), cost)
        if outcome.is_refused or booked is None or cost is None:
            return
        self._add(account, Entry(BOOKED), booked)
        if booked != cost:
            self._add(account, Entry(ROUNDING), EXACT.subtract(booked, cost))

    def add_unreadable(self, rows: int) -> None:
        for _ in range(rows):
            self._add(Account("", ""), Entry(FILE), None)
            self._add(Account("", ""), Entry(REJECTED, "unreadable"), None)

    def write(self, feed: Path) -> FileBesideFeed:
        file = FileBesideFeed(feed, ".reconciliation.csv")
        writer = csv.writer(file.open())
        writer.writerow(COLUMNS)
        for (publisher, currency), entry, found in self._entries():
            cells = (harmless(publisher), currency, *entry, found.rows, plain(found.amount))
            writer.writerow(cells)
        file.publish()
        return file

    def lines(self) -> Iterator[str]:
        """The same for people."""
        for account, entries in sorted(self.sums.items()):
            publisher, currency = account
            yield f"{publisher or 'no publisher'} {currency}".rstrip()
            for entry in _in_order(entries):
                found = entries[entry]
                called = " ".join(filter(None, entry)).replace("_", " ")
                yield f"  {called}: {plain(found.amount) or 'unknown'} in {found.rows} rows"

    def _entries(self) -> Iterator[tuple[Account, Entry, Sum]]:
        for account, entries in sorted(self.sums.items()):
            for entry in _in_order(entries):
                yield account, entry, entries[entry]

    def _add(self, account: Account, entry: Entry, amount: Decimal | None) -> None:
        self.sums.setdefault(account, {}).setdefault(entry, Sum()).add(amount)


def plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize(EXACT):f}"


def _in_order(entries: Mapping[Entry, Sum]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (PARTS.index(entry.part), entry.reason))
