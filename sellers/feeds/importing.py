"""Importing a feed: row by row from the file, batch by batch into the books."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from koogallery.kit.errors import InvalidInput, Violation
from sellers.feeds.cells import Cells, Column
from sellers.feeds.csv_rows import ABSENT, REASON, CsvRow, CsvRows
from sellers.feeds.rejected_rows import RejectedRows, rejected_rows
from sellers.services.intake import Outcome, Result

#: Rows in one transaction: enough that round trips cost nothing, few enough to hold in memory.
BATCH_ROWS = 5000


class Feed(Protocol):
    @property
    def columns(self) -> Mapping[str, Column]: ...

    @property
    def ignores_other_columns(self) -> bool: ...

    def take_in(self, rows: Sequence[Cells]) -> list[Outcome]:
        """One outcome for each row, in their order."""


@dataclass(frozen=True, slots=True)
class Tally:
    accepted: int
    known: int
    rejected: int
    rejected_path: Path
    beside_feed: bool


def import_feed(
    feed: Feed, path: Path, file: BinaryIO, on_progress: Callable[[int], None]
) -> Tally:
    """Take in every good row, and keep every other with its reason in a file of its own.

    Each batch is a transaction; whatever stops an import, importing again completes it.
    `on_progress` is told how many bytes have been read so far.
    """
    rows = CsvRows(file)
    _check_header(rows.header, feed)
    results: Counter[Result] = Counter()
    with rejected_rows(path, rows.header) as rejected:
        for batch in rows.by_batch(BATCH_ROWS):
            results.update(_import_batch(feed, rows.header, batch, rejected))
            on_progress(rows.bytes_read)
    return Tally(
        accepted=results[Result.RECORDED],
        known=results[Result.KNOWN],
        rejected=rejected.count,
        rejected_path=rejected.path,
        beside_feed=rejected.beside_feed,
    )


def _check_header(header: Sequence[str], feed: Feed) -> None:
    required = [name for name, column in feed.columns.items() if column.required]
    if missing := [name for name in required if name not in header]:
        raise InvalidInput(f"The file lacks the column {', '.join(missing)}.")
    known = {*feed.columns, REASON}
    unknown = [name for name in header if name not in known]
    if unknown and not feed.ignores_other_columns:
        offer = ", ".join(feed.columns)
        raise InvalidInput(f"There is no column {', '.join(unknown)}; there is: {offer}.")


def _import_batch(
    feed: Feed, header: Sequence[str], batch: Sequence[CsvRow], rejected: RejectedRows
) -> list[Result]:
    outcomes = iter(feed.take_in([_cells(header, row) for row in batch if not row.defect]))
    results = []
    for row in batch:
        outcome = _defective(row.defect) if row.defect else next(outcomes)
        if outcome.is_refused:
            rejected.add(row.cells, "; ".join(map(_told, outcome.violations)))
        results.append(outcome.result)
    return results


def _cells(header: Sequence[str], row: CsvRow) -> Cells:
    """The cells that are there, by their columns."""
    return {
        name: cell
        for name, written in zip(header, row.cells, strict=True)
        if (cell := written.strip()) not in ABSENT
    }


def _defective(defect: str) -> Outcome:
    return Outcome("", Result.REFUSED, (Violation("", "unreadable", defect),))


def _told(violation: Violation) -> str:
    where = f"{violation.field}: " if violation.field else ""
    rule = f" ({violation.rule})" if violation.rule else ""
    return f"{where}{violation.detail}{rule}"
