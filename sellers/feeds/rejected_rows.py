"""Rows that were not taken in, each with its line and its reason, in a file beside the feed."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sellers.feeds.beside import FileBesideFeed
from sellers.feeds.csv_rows import LINE, REASON

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
