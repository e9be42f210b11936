"""Rows as CSV, XLSX or Parquet, written piece by piece: memory stays flat."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import IO, Any, NamedTuple, Protocol

from django.utils.translation import pgettext

from koogallery.exports.parquet import write_parquet
from koogallery.exports.workbooks import Book, Words
from koogallery.kit.money import format_exact
from koogallery.kit.names import UNSEEN
from koogallery.languages import Text
from koogallery.settlement_time import ZONE

#: Spreadsheets need it to read names in any script.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


Values = Sequence[Any]


Lines = Callable[[], Iterator[bytes] | None]


Types = Callable[[], Sequence[int] | None]


def by_python() -> None:
    """Of rows that Python writes the database has neither the lines nor the types."""


class Table(NamedTuple):
    """`amounts` are written at the precision of the `currency` of their row.

    `lines` are the rows as a CSV has them, where the database writes them itself; asked for by a
    CSV alone. `words` are what the codes of a column mean, by its name, and it has sums
    unless rows are sums themselves; asked for by a workbook. Rows in which the column `without`
    says anything are not added to what the amounts come to `together`. `types` are PostgreSQL's
    numbers of the columns' types; asked for by Parquet.
    """

    columns: tuple[str, ...]
    amounts: frozenset[str]
    rows: Iterator[Values]
    lines: Lines = by_python
    words: Words = MappingProxyType({})
    is_summed: bool = True
    together: Text = ""
    without: str = ""
    types: Types = by_python


class Writer(Protocol):
    def __call__(self, file: IO[bytes], table: Table) -> None: ...


class _Pieces:
    """What a csv writer writes, handed on as bytes."""

    def write(self, text: str) -> bytes:
        return text.encode()


def write_csv(file: IO[bytes], table: Table) -> None:
    file.writelines(csv_pieces(table))


def csv_pieces(table: Table) -> Iterator[bytes]:
    """The file line by line, for a file or for an answer that is sent while it is made."""
    writer: Any = csv.writer(_Pieces())
    yield BYTE_ORDER_MARK
    yield writer.writerow(table.columns)
    if (lines := table.lines()) is not None:
        yield from lines
        return
    currency_at = table.columns.index("currency") if table.amounts else None
    amounts = [name in table.amounts for name in table.columns]
    for row in table.rows:
        currency = row[currency_at] if currency_at is not None else ""
        yield writer.writerow(
            [
                csv_text(value, currency if is_amount else "")
                for value, is_amount in zip(row, amounts, strict=True)
            ]
        )


#: How a formula begins, in any width, behind what cannot be seen; and within how many characters
#: that is looked for. PostgreSQL reads these as well.
FORMULA = "[" + "".join(rf"\u{ord(sign):04x}" for sign in "=+-@＝＋－＠﹦﹢﹣﹫⁺⁼₊₌﬩⩵⩶") + "]"
UNSEEN_FIRST = f"^[{UNSEEN}]+"
LONGEST_START = 200
_FORMULA, _UNSEEN_FIRST = re.compile(FORMULA), re.compile(UNSEEN_FIRST)


def csv_text(value: Any, currency: str = "") -> str:
    """One cell: amounts as exact as they are kept, instants in the settlement time zone."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format_exact(value, currency) if currency else f"{value.normalize():f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(ZONE).isoformat(timespec="seconds")
    if isinstance(value, (int, date)):
        return str(value)
    return harmless(str(value))


def harmless(text: str) -> str:
    """Text of others that a spreadsheet would take for a formula is marked as text.

    Behind blanks and what cannot be seen, and in another width, it is one, too.
    """
    is_risky = _FORMULA.match(_UNSEEN_FIRST.sub("", text[:LONGEST_START]))
    return f"'{text}" if is_risky or text.startswith(("\t", "\r", "\n")) else text


def write_xlsx(file: IO[bytes], table: Table) -> None:
    book = Book(file)
    book.put_rows(pgettext("sheet", "Rows"), table)
    book.close()


WRITERS: Mapping[str, Writer] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}
MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
