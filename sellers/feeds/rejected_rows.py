"""Rows that were not taken in, each with its reason, in a file beside the feed."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from sellers.feeds.csv_rows import REASON


class RejectedRows:
    """The feed's own columns and `reason`. No file is made as long as nothing is rejected."""

    def __init__(self, feed: Path, header: Sequence[str]) -> None:
        self.count = 0
        self.path = feed.with_name(f"{feed.name}.rejected.csv")
        self.beside_feed = True
        self._header = header
        self._file: TextIO | None = None

    def add(self, cells: Sequence[str], reason: str) -> None:
        if self._file is None:
            self._file = self._open()
            csv.writer(self._file).writerow(self._laid_out(self._header, REASON))
        csv.writer(self._file).writerow(self._laid_out(cells, reason))
        self.count += 1

    def publish(self) -> None:
        """Show the file under its name; a list left by an earlier import is gone either way."""
        if self._file is None:
            with suppress(OSError):
                self.path.unlink()
            return
        self._file.close()
        self._partial.replace(self.path)

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            self._partial.unlink()

    @property
    def _partial(self) -> Path:
        return self.path.with_name(f"{self.path.name}.{os.getpid()}.partial")

    def _open(self) -> TextIO:
        try:
            return self._open_partial()
        except OSError:
            self.path, self.beside_feed = Path(self.path.name), False
            return self._open_partial()

    def _open_partial(self) -> TextIO:
        return self._partial.open("w", encoding="utf-8", errors="surrogateescape", newline="")

    def _laid_out(self, cells: Sequence[str], reason: str) -> list[str]:
        """The reason after the feed's columns, in place of an earlier one; surplus cells last."""
        width = len(self._header)
        padded = [*cells, *[""] * (width - len(cells))]
        kept = [cell for name, cell in zip(self._header, padded, strict=False) if name != REASON]
        return [*kept, reason, *padded[width:]]


@contextmanager
def rejected_rows(feed: Path, header: Sequence[str]) -> Iterator[RejectedRows]:
    rows = RejectedRows(feed, header)
    try:
        yield rows
    except BaseException:
        rows.discard()
        raise
    rows.publish()
