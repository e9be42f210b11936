"""Importing a feed: row by row from the file, batch by batch into the books.

Rows that were not taken in, each with its line and its reason, in a file beside the feed.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from django.utils.translation import gettext as _

from koogallery.kit.errors import InvalidInput, Violation
from sellers.feeds.beside import FileBesideFeed
from sellers.feeds.cells import Cells, Column
from sellers.feeds.csv_rows import LINE, REASON, CsvRow, CsvRows
from sellers.services.intake import Outcome, Result

ADDED = (LINE, REASON)


class RejectedRows:
    """The feed's own columns, `line` and `reason`. No file is made if nothing is rejected."""

    def __init__(self, feed: Path, header: Sequence[str]) -> None:
        self.count = 0
        self.file = FileBesideFeed(feed, ".rejected.csv")
        self._header = header

    def add(self, cells: Sequence[str], line: int, reason: str) -> None:
        writer = csv.writer(self.file.open())
        if not self.count:
            writer.writerow(self._laid_out(self._header, ADDED))
        writer.writerow(self._laid_out(cells, (str(line), reason)))
        self.count += 1

    def publish(self) -> None:
        """Show the file under its name; a list left by an earlier import is gone either way."""
        self.file.publish()
        if not self.count:
            with suppress(OSError):
                self.file.path.unlink()

    def _laid_out(self, cells: Sequence[str], added: Sequence[str]) -> list[str]:
        """What is added after the feed's columns, in place of earlier ones; surplus cells last."""
        width = len(self._header)
        padded = [*cells, *[""] * (width - len(cells))]
        named = zip(self._header, padded, strict=False)
        kept = [cell for name, cell in named if name not in ADDED]
        return [*kept, *added, *padded[width:]]


@contextmanager
def rejected_rows(feed: Path, header: Sequence[str]) -> Iterator[RejectedRows]:
    rows = RejectedRows(feed, header)
    try:
        yield rows
    except BaseException:
        rows.file.discard()
        raise
    rows.publish()


#: Rows in one transaction: enough that round trips cost nothing, few enough to hold in memory.
BATCH_ROWS = 5000

#: What databases write for an absent value.
NULL = "NULL"


class Feed(Protocol):
    @property
    def columns(self) -> Mapping[str, Column]: ...

    @property
    def ignores_other_columns(self) -> bool: ...

    def take_in(self, rows: Sequence[Cells]) -> list[Outcome]:
        """One outcome for each row, in their order."""

    def report(self, path: Path, unreadable: int, /) -> Sequence[str]:
        """What else there is to say at the end, of how many rows no cell could be read."""


@dataclass(frozen=True, slots=True)
class Tally:
    accepted: int
    known: int
    rejected: int
    rejected_file: FileBesideFeed
    report: Sequence[str]


def import_feed(
    feed: Feed, path: Path, file: BinaryIO, on_progress: Callable[[int], None]
) -> Tally:
    """Take in every good row, and keep every other with its reason in a file of its own.

    Each batch is a transaction; whatever stops an import, importing again completes it.
    `on_progress` is given how many bytes of the file have been read so far.
    """
    rows = CsvRows(file)
    _check_header(rows.header, feed)
    results: Counter[Result] = Counter()
    unreadable = 0
    with rejected_rows(path, rows.header) as rejected:
        for batch in rows.by_batch(BATCH_ROWS):
            results.update(_import_batch(feed, rows.header, batch, rejected))
            unreadable += sum(1 for row in batch if row.defect)
            on_progress(file.tell())
    return Tally(
        accepted=results[Result.RECORDED],
        known=results[Result.KNOWN],
        rejected=rejected.count,
        rejected_file=rejected.file,
        report=feed.report(path, unreadable),
    )


def _check_header(header: Sequence[str], feed: Feed) -> None:
    if missing := [_offer(*item) for item in feed.columns.items() if _lacks(header, *item)]:
        raise InvalidInput(
            _("The file lacks the column %(missing)s.") % {"missing": ", ".join(missing)}
        )
    known = {*feed.columns, LINE, REASON}
    unknown = [name for name in header if name not in known]
    if unknown and not feed.ignores_other_columns:
        offer = ", ".join(feed.columns)
        raise InvalidInput(
            _("There is no column %(unknown)s; there is: %(offer)s.")
            % {"unknown": ", ".join(unknown), "offer": offer}
        )


def _lacks(header: Sequence[str], name: str, column: Column) -> bool:
    return column.required and not {name, *column.instead} & set(header)


def _offer(name: str, column: Column) -> str:
    return f"{name} (or {', '.join(column.instead)})" if column.instead else name


def _import_batch(
    feed: Feed, header: Sequence[str], batch: Sequence[CsvRow], rejected: RejectedRows
) -> list[Result]:
    named = {name for name, column in feed.columns.items() if column.is_name}
    readable = [_cells(header, row, named) for row in batch if not row.defect]
    outcomes = iter(feed.take_in(readable))
    results = []
    for row in batch:
        outcome = _defective(row.defect) if row.defect else next(outcomes)
        if outcome.is_refused:
            rejected.add(row.cells, row.line, "; ".join(map(_reason, outcome.violations)))
        results.append(outcome.result)
    return results


def _cells(header: Sequence[str], row: CsvRow, named: set[str]) -> Cells:
    """The cells that are there, by their columns."""
    return {
        name: cell
        for name, written in zip(header, row.cells, strict=True)
        if (cell := written.strip()) and (cell != NULL or name in named)
    }


def _defective(defect: str) -> Outcome:
    return Outcome("", Result.REFUSED, (Violation("", "unreadable", defect),))


def _reason(violation: Violation) -> str:
    where = f"{violation.field}: " if violation.field else ""
    rule = f" ({violation.rule})" if violation.rule else ""
    return f"{where}{violation.detail}{rule}"
