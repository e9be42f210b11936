"""Rows of a CSV file of any size, one physical line each: no line takes another with it.

A cell holds no line break, so what is wrong with a line is wrong with that line alone: a quotation
mark that is never closed, a cell too many. The next line is read as if nothing had been.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import marked
from sellers.feeds.lines import Line, lines_of

#: The columns that a file of rejected rows adds; such a file can be mended and imported itself.
LINE = "line"
REASON = "reason"

#: What a spreadsheet writes above the header so that it knows the delimiter itself.
HINT = "sep=,"

OTHER_DELIMITERS = {";": marked("semicolons"), "\t": marked("tabs"), "|": marked("vertical bars")}

_CELL = r'(?:"[^"]*(?:""[^"]*)*"|[^",]*)'
_QUOTED_RIGHT = re.compile(rf"{_CELL}(?:,{_CELL})*")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """The cells as they stand in the file, and why they cannot be read, if so."""

    cells: Sequence[str]
    line: int
    defect: str = ""


class CsvRows:
    """The rows below the header; empty ones, also of commas only, are none."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = lines_of(file)
        self.header = self._read_header()

    def __iter__(self) -> Iterator[CsvRow]:
        for line in self._lines:
            row = _row(line, len(self.header))
            if row.defect or any(cell.strip() for cell in row.cells):
                yield row

    def by_batch(self, size: int) -> Iterator[list[CsvRow]]:
        rows = iter(self)
        while batch := list(islice(rows, size)):
            yield batch

    def _read_header(self) -> list[str]:
        line = next(self._lines, None)
        if line and line.text == HINT:
            line = next(self._lines, None)
        if line is None or not line.text.strip():
            raise InvalidInput(_("The file has no header."))
        _require_commas(line)
        cells, defect = _cells(line)
        if defect:
            raise InvalidInput(
                _("The file has no header that can be read. %(defect)s") % {"defect": defect}
            )
        return _names(cells)


def _names(cells: Sequence[str]) -> list[str]:
    """Commas at the end, as spreadsheets leave them, name no column."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if "" in names:
        raise InvalidInput(
            _("Column %(index)s of the header has no name.") % {"index": names.index("") + 1}
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidInput(
            _("The header names a column twice: %(repeated)s.") % {"repeated": ", ".join(repeated)}
        )
    return names


def _require_commas(line: Line) -> None:
    for delimiter, called in OTHER_DELIMITERS.items():
        if delimiter in line.text and "," not in line.text.removeprefix(f"sep={delimiter}"):
            raise InvalidInput(
                _("The cells of the file are separated by %(called)s; save it separated by commas.")
                % {"called": _(called)}
            )


def _row(line: Line, width: int) -> CsvRow:
    cells, defect = _cells(line)
    if not defect and len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if not defect and len(cells) != width and any(cell.strip() for cell in cells):
        defect = f"The row has {len(cells)} cells, the header {width}."
    return CsvRow(cells, line.number, defect)


def _cells(line: Line) -> tuple[list[str], str]:
    """The cells, or the whole line as one, and what keeps it from being read."""
    cells, defect = _split(line.text)
    return cells, line.defect or defect


def _split(text: str) -> tuple[list[str], str]:
    if '"' in text and not _QUOTED_RIGHT.fullmatch(text):
        return [text], (
            _(
                "A quotation mark is out of place. A cell with one is quoted as a whole, "
                "the mark doubled, and ends on its own line."
            )
        )
    try:
        return next(csv.reader([text], strict=True), []), ""
    except csv.Error as error:
        return [text], _("The row is not CSV: %(error)s.") % {"error": error}
