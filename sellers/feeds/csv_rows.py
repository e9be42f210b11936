"""Rows of a CSV file of any size, one physical line each: no line takes another with it.

A cell holds no line break, so what is wrong with a line is wrong with that line alone: a quotation
mark that is never closed, a cell too many. The next line is read as if nothing had been.

Physical lines of a file, plain or compressed, each with its number and what is wrong with it.
"""

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from itertools import islice
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import marked

#: Longer lines are cut and refused, so that a file without line ends cannot fill the memory.
LONGEST_LINE = 1 << 20

GZIP = b"\x1f\x8b"
#: What is no text at all, by its first bytes.
OTHER_FILES = {
    b"PAR1\x15": "Parquet",
    b"PK\x03\x04": marked("a workbook or an archive (XLSX, ZIP)"),
    b"\x28\xb5\x2f\xfd": marked("compressed with Zstandard"),
    b"\xd0\xcf\x11\xe0": marked("an old workbook (XLS)"),
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Without its end; one that cannot be read is kept as far as it can."""

    number: int
    text: str
    defect: str = ""


def lines_of(file: BinaryIO) -> Iterator[Line]:
    """Every line in turn, in memory that does not grow with the file.

    Raises `InvalidInput` where the file is something else, or its compression is damaged.
    """
    buffered = file if isinstance(file, BufferedReader) else BufferedReader(cast("RawIOBase", file))
    first = buffered.peek(5)
    for start, called in OTHER_FILES.items():
        if first.startswith(start):
            raise InvalidInput(
                _("The file is %(called)s; save it as CSV in UTF-8.") % {"called": _(called)}
            )
    if first.startswith(GZIP):
        text = cast("BinaryIO", gzip.GzipFile(fileobj=buffered))
    else:
        text = cast("BinaryIO", buffered)
    number = 0
    try:
        while raw := text.readline(LONGEST_LINE):
            number += 1
            if number == 1:
                raw = raw.removeprefix(codecs.BOM_UTF8)
                _require_text(raw)
            is_cut = not raw.endswith(b"\n") and _skip_rest_of_line(text)
            yield _line(number, raw.removesuffix(b"\n").removesuffix(b"\r"), is_cut=is_cut)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(
            _(
                "The compressed file is damaged or ends early, after line %(number)s "
                "(%(error)s). Import it again once it is whole."
            )
            % {"number": number, "error": error}
        ) from None


def _require_text(first_line: bytes) -> None:
    if b"\0" in first_line:
        raise InvalidInput(_("The file is UTF-16 or no text; save it as CSV in UTF-8."))
    if b"\r" in first_line.removesuffix(b"\n").removesuffix(b"\r"):
        raise InvalidInput(_("The lines of the file end in CR alone; save it with LF or CR LF."))


def _skip_rest_of_line(file: BinaryIO) -> bool:
    """Whether there was any: a line that is too long, and not the last without its end."""
    found = False
    while rest := file.readline(LONGEST_LINE):
        found = True
        if rest.endswith(b"\n"):
            break
    return found


def _line(number: int, raw: bytes, *, is_cut: bool) -> Line:
    try:
        text, defect = raw.decode(), ""
    except UnicodeDecodeError:
        text, defect = raw.decode(errors="surrogateescape"), _encoding(raw)
    if b"\0" in raw:
        defect = "The row contains NUL."
    elif b"\r" in raw:
        defect = "The row contains a line break (CR)."
    if is_cut:
        defect = f"The row is longer than {LONGEST_LINE} bytes; only its beginning is kept here."
    return Line(number, text, defect)


def _encoding(raw: bytes) -> str:
    """Text in Chinese is two bytes a letter; a single high byte is some other encoding."""
    try:
        raw.decode("gb2312")
    except UnicodeDecodeError:
        return "The row is not UTF-8; save the file as UTF-8."
    return "The row is not UTF-8, it reads as GBK; save the file as UTF-8."


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
        # Commas at the end, as spreadsheets leave them, name no column.
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
                _("The header names a column twice: %(repeated)s.")
                % {"repeated": ", ".join(repeated)}
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
