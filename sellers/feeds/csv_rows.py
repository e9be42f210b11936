"""Rows of a CSV file of any size, read as a stream; a broken row says so and stops nothing."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Self

from koogallery.kit.errors import InvalidInput

#: The column that a file of rejected rows adds; such a file can be mended and imported itself.
REASON = "reason"

#: What says that a cell is absent.
ABSENT = frozenset({"", "NULL"})

#: Longer lines are cut, so that a file without line ends cannot fill the memory.
LONGEST_LINE = 1 << 20


@dataclass(slots=True)
class Lines:
    """Decoded lines; remembers those of the present row, and what was wrong with their bytes."""

    file: BinaryIO
    taken: list[str] = field(default_factory=list)
    defect: str = ""
    bytes_read: int = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        raw = self.file.readline(LONGEST_LINE)
        if not raw:
            raise StopIteration
        self.bytes_read += len(raw)
        if b"\0" in raw:
            self.defect = "The row contains NUL."
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            self.defect = "The row is not UTF-8."
            line = raw.decode(errors="surrogateescape")
        self.taken.append(line)
        return line

    def start_row(self) -> None:
        self.taken.clear()
        self.defect = ""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """The cells as they stand in the file, and why they cannot be read, if so."""

    cells: Sequence[str]
    defect: str = ""


class CsvRows:
    """The rows below the header."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = Lines(file)
        self._reader = csv.reader(self._lines)
        self.header = self._read_header()

    def __iter__(self) -> Iterator[CsvRow]:
        while row := self._next():
            if row.cells or row.defect:
                yield row

    @property
    def bytes_read(self) -> int:
        return self._lines.bytes_read

    def by_batch(self, size: int) -> Iterator[list[CsvRow]]:
        rows = iter(self)
        while batch := list(islice(rows, size)):
            yield batch

    def _read_header(self) -> list[str]:
        first = self._next()
        if first is None or first.defect or not first.cells:
            raise InvalidInput(f"The file has no header. {first.defect if first else ''}".strip())
        names = [cell.strip().removeprefix("\ufeff") for cell in first.cells]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise InvalidInput(f"The header names a column twice: {', '.join(repeated)}.")
        return names

    def _next(self) -> CsvRow | None:
        self._lines.start_row()
        try:
            cells = next(self._reader)
        except StopIteration:
            return None
        except csv.Error as error:
            return CsvRow(["".join(self._lines.taken)], f"The row is not CSV: {error}.")
        return CsvRow(cells, self._lines.defect or self._raggedness(cells))

    def _raggedness(self, cells: Sequence[str]) -> str:
        expected = len(getattr(self, "header", cells))
        if not cells or len(cells) == expected:
            return ""
        return f"The row has {len(cells)} cells, the header {expected}."
