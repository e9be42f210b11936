"""A table that somebody else wrote: CSV or XLSX, whatever its encoding, delimiter and numbers."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import dropwhile

from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import gettext as _

Cell = str | Decimal | date | None


class Row(list[Cell]):
    """`place` is its number in the file, as a spreadsheet counts."""

    place: int

    @classmethod
    def of(cls, place: int, cells: Iterable[Cell]) -> "Row":
        row = cls(cells)
        row.place = place
        return row


Table = Sequence[Row]

MOST_BYTES = 20 * 1024 * 1024
#: What an XLSX may hold once it is unpacked.
MOST_UNPACKED = 400 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 100
#: What is more is no amount of money.
MOST_AMOUNT = Decimal(10) ** 15
#: Spreadsheets of Chinese Windows write the last.
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t|"

#: A currency before or behind it, and what parts thousands besides points and commas.
_AROUND_A_NUMBER = re.compile(r"^[^\d(−-]+|[^\d)]+$|[\s'’]")
_NUMBER = re.compile(r"[\d.,()−-]+")
_CENTS_BEHIND_A_COMMA = re.compile(r",\d{1,2}\)?$")


def read_table(name: str, content: bytes) -> Table:
    """Rows from the heading on, without empty ones; refuses what is no table, by field `file`.

    What stands above the heading has fewer cells: a title, by whom it was made.
    """
    if len(content) > MOST_BYTES:
        raise _refused(
            "too_large",
            _("The file has more than %(megabytes)s MB.") % {"megabytes": MOST_BYTES // 1024**2},
        )
    is_workbook = content.startswith(b"PK\x03\x04") or name.lower().endswith(".xlsx")
    read = _workbook(content) if is_workbook else _text(content)
    rows = [row for row in read if _filled(row)]
    widest = max(map(_filled, rows), default=0)
    rows = list(dropwhile(lambda row: 2 * _filled(row) < widest, rows))
    if len(rows) < 2:  # noqa: PLR2004  # a heading and a row
        raise _refused("empty", _("The file has no rows below a heading."))
    if len(rows) > MOST_ROWS or len(rows[0]) > MOST_COLUMNS:
        raise _refused(
            "too_large",
            _("The file has more than %(rows)s rows or %(columns)s columns.")
            % {"rows": f"{MOST_ROWS:,}", "columns": MOST_COLUMNS},
        )
    width = max(map(len, rows))
    for row in rows:
        row.extend([None] * (width - len(row)))
    return rows


def _filled(row: Row) -> int:
    return sum(cell not in ("", None) for cell in row)


def amounts_of(cells: Iterable[Cell]) -> list[Decimal | None]:
    """A column as amounts, None where a cell has none.

    Whether its decimal sign is a comma follows from all of them: 1.234 is a thousand and more
    where another cell ends in `,50`.
    """
    column = list(cells)
    written = [cell.strip() for cell in column if isinstance(cell, str)]
    comma = any(_CENTS_BEHIND_A_COMMA.search(text) for text in written)
    return [_amount(cell, "," if comma else ".") for cell in column]


def text_of(cell: Cell) -> str:
    """As people read it; a whole number without a fraction, as numbers of orders are."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return cell.isoformat() if isinstance(cell, date) else cell.strip()


def _refused(code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, code=code, field="file")


def _amount(cell: Cell, point: str) -> Decimal | None:
    amount = _number(cell, point)
    return amount if amount is not None and abs(amount) < MOST_AMOUNT else None


def _number(cell: Cell, point: str) -> Decimal | None:
    if not isinstance(cell, str):
        return cell if isinstance(cell, Decimal) else None
    plain = _AROUND_A_NUMBER.sub("", cell)
    if not _NUMBER.fullmatch(plain):
        return None
    is_negative = plain.startswith(("(", "-", "−"))
    digits = plain.strip("()-−").replace("." if point == "," else ",", "").replace(point, ".")
    try:
        return -Decimal(digits) if is_negative else Decimal(digits)
    except InvalidOperation:
        return None


def _text(content: bytes) -> list[Row]:
    text = _decoded(content)
    head = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    file = io.StringIO(text, newline="")
    try:
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        return [Row.of(*each) for each in enumerate(rows, 1)]
    except csv.Error as error:
        raise _refused("unreadable", _("The file cannot be read as CSV.")) from error


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if b"\0" in content:
        raise _refused("unreadable", _("The file is neither CSV nor XLSX."))
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused("unreadable", _("The file is neither in UTF-8 nor in GB 18030."))


def _workbook(content: bytes) -> list[Row]:
    """The longest sheet: others say what it is, or add it up."""
    # Its Rust library is loaded where a workbook is read, not by each process that starts.
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise _refused("too_large", _("The workbook is too large once it is unpacked."))
        book = load_workbook(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
        sheet = max(sheets, key=lambda each: each.height)
        first = sheet.start[0] + 1 if sheet.start else 1
        rows = enumerate(sheet.to_python(), first)
        return [Row.of(place, map(_cell, row)) for place, row in rows]
    except (CalamineError, zipfile.BadZipFile) as error:
        raise _refused("unreadable", _("The workbook cannot be opened.")) from error


def _cell(value: object) -> Cell:
    if isinstance(value, bool) or value in ("", None):
        return None
    if isinstance(value, (int, float)):
        return Decimal(repr(value))
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value)
