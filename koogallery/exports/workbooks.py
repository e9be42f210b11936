"""Workbooks that an accountant opens without touching: the reader's words, numbers, days, sums.

What is written is no longer in memory. A cell is written by what its column holds, which its name
tells: `..._at` an instant, `..._ratio` a share, `...cycle` a month, an amount in its currency.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from typing import IO, Any, Protocol

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from koogallery.exports.heads import head_of
from koogallery.kit.money import EXACT, ZERO, minor_unit
from koogallery.languages import Text
from koogallery.settlement_time import ZONE

#: Rows of a sheet below its heading; Excel ends at 1,048,576.
ROWS_A_SHEET = 1_000_000
#: Rows by which the width of a column is chosen; and what it is at least and at most, in letters.
ROWS_SEEN, NARROWEST, WIDEST = 200, 9, 48
DAY, INSTANT, MONTH, COUNT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "yyyy-mm", "#,##0"
A4 = 9
#: Letters beside each other that can be read on a page; wider lists go on on the next one.
ON_A_PAGE = 220

Words = Mapping[str, Mapping[Any, Any]]
Put = Callable[[Any, int, int, Any, str], None]


@dataclass(slots=True)
class Summed:
    """What a column of amounts adds up to, exactly, and the cells that do."""

    amount: Decimal = ZERO
    cells: list[str] = field(default_factory=list)


class Listed(Protocol):
    """Rows of a list; `words` are what the codes of a column mean.

    Not summed where some of the rows are sums.
    """

    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def amounts(self) -> frozenset[str]: ...
    @property
    def rows(self) -> Iterator[Sequence[Any]]: ...
    @property
    def words(self) -> Words: ...
    @property
    def is_summed(self) -> bool: ...
    @property
    def together(self) -> Text: ...
    @property
    def without(self) -> str: ...


class Book:
    """`made` is when, where the file has to be the same ever after."""

    def __init__(self, file: IO[bytes], made: datetime | None = None) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(file, options)
        self._forms: dict[tuple[str, bool], Any] = {}
        if made:
            self._book.set_properties({"created": made.replace(tzinfo=None)})

    def close(self) -> None:
        self._book.close()

    def form(self, number: str = "General", *, bold: bool = False) -> Any:
        """None for a text like any other, which is written sooner without."""
        if (number, bold) not in self._forms and (bold or number != "General"):
            self._forms[number, bold] = self._book.add_format({"num_format": number, "bold": bold})
        return self._forms.get((number, bold))

    def sheet(self, name: str, *widths: int) -> Any:
        """Printed as wide as a page is, with its name and the number of each page."""
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P / &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def put(
        self,
        sheet: Any,
        row: int,
        column: int,
        value: Any,
        currency: str = "",
        *,
        bold: bool = False,
    ) -> None:
        """By what the value is."""
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_string(row, column, _("Yes") if value else _("No"), self.form(bold=bold))
        elif isinstance(value, Decimal):
            form = self.form(number_form(value, currency), bold=bold)
            sheet.write_number(row, column, value, form)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.form(COUNT, bold=bold))
        elif isinstance(value, datetime):
            # In whole seconds: a spreadsheet would round the last instant of a day to the next one.
            local = value.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
            sheet.write_datetime(row, column, local, self.form(INSTANT, bold=bold))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.form(DAY, bold=bold))
        else:
            sheet.write_string(row, column, str(value), self.form(bold=bold))

    def put_sum(self, sheet: Any, row: int, column: int, summed: Summed, currency: str) -> None:
        formula = f"SUM({','.join(summed.cells)})"
        self.put_formula(sheet, row, column, formula, summed.amount, currency)

    def put_formula(
        self, sheet: Any, row: int, column: int, formula: str, amount: Decimal, currency: str
    ) -> None:
        """With its value, for whoever does not calculate."""
        form = self.form(number_form(amount, currency), bold=True)
        sheet.write_formula(row, column, f"={formula}", form, amount)

    def put_rows(self, name: str, table: "Listed") -> Mapping[str, Summed]:
        """As many sheets as the rows need, each with its heading and its sums, which it returns."""
        is_summed = table.is_summed and table.without in {"", *table.columns}
        adding_up = filter(adds_up, table.amounts if is_summed else ())
        summed, rows = {column: Summed() for column in adding_up}, table.rows
        number, first = 1, next(rows, None)
        while first is not None or number == 1:
            title = name if number == 1 else f"{name} {number}"
            some = chain([first] if first is not None else [], islice(rows, ROWS_A_SHEET - 1))
            _Sheet(self, title, table, summed).write(some)
            first, number = next(rows, None), number + 1
        return summed

    def putter(self, column: str, words: Words) -> Put:
        """How the cells of a column are written."""
        if column in words:
            return partial(self._put_word, words[column])
        if column.endswith("_ratio"):
            return self._put_share
        if column.endswith("cycle") or column.startswith("window_"):
            return self._put_month
        return self.put

    def _put_word(
        self, words: Mapping[Any, Any], sheet: Any, row: int, column: int, value: Any, _: str
    ) -> None:
        several = value if isinstance(value, list) else [value]
        told = (str(words.get(each, each or "")) for each in several)
        self.put(sheet, row, column, ", ".join(told))

    def _put_share(self, sheet: Any, row: int, column: int, value: Any, _: str) -> None:
        if value is not None:
            decimals = max(_decimals_of(value) - 2, 0)
            sheet.write_number(row, column, value, self.form(f"{_fraction('0', decimals)}%"))

    def _put_month(self, sheet: Any, row: int, column: int, value: Any, _: str) -> None:
        if value:
            first_day = date(int(value[:4]), int(value[4:]), 1)
            sheet.write_datetime(row, column, first_day, self.form(MONTH))


class _Sheet:
    """One sheet of rows: a frozen head with filters, columns as wide as what is in them, sums."""

    def __init__(self, book: Book, name: str, table: Listed, summed: Mapping[str, Summed]) -> None:
        self.book, self.name, self.columns, self.summed = book, name, table.columns, summed
        self.sheet = book.sheet(name)
        self.heads = [head_of(column) for column in self.columns]
        self.putters = [book.putter(column, table.words) for column in self.columns]
        self.are_amounts = [column in table.amounts for column in self.columns]
        self.widths = [min(max(_width_of(head) + 3, NARROWEST), WIDEST) for head in self.heads]
        self.currency_at = self.columns.index("currency") if table.amounts else None
        self.together = table.together or _("Together")
        self.without_at = self.columns.index(table.without) if summed and table.without else None

    def write(self, rows: Iterator[Sequence[Any]]) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(self.heads):
            sheet.write_string(0, column, head, self.book.form(bold=True))
        last = self._write_rows(rows)
        sheet.autofilter(0, 0, max(last, 1), len(self.columns) - 1)
        for column, width in enumerate(self.widths):
            sheet.set_column(column, column, width)
        sheet.fit_to_pages(-(-sum(self.widths) // ON_A_PAGE), 0)
        sheet.repeat_columns(0)

    def _write_rows(self, rows: Iterator[Sequence[Any]]) -> int:
        """Returns the last one's place; sums follow it where all are in one currency."""
        sums = {at: ZERO for at, name in enumerate(self.columns) if name in self.summed}
        currencies, row = set(), 0
        for row, values in enumerate(rows, 1):
            currency = "" if self.currency_at is None else values[self.currency_at] or ""
            if currency:
                currencies.add(currency)
            cells = zip(self.putters, self.are_amounts, values, strict=True)
            for column, (put, is_amount, value) in enumerate(cells):
                put(self.sheet, row, column, value, currency if is_amount else "")
            is_added = self.without_at is None or not values[self.without_at]
            for at, amount in sums.items() if is_added else ():
                sums[at] = EXACT.add(amount, values[at] or ZERO)
            if row < ROWS_SEEN:
                self._widen(values)
        if row and len(currencies) <= 1:
            self._write_sums(row, sums, "".join(currencies))
        return row

    def _write_sums(self, last: int, sums: Mapping[int, Decimal], currency: str) -> None:
        """Below, and of what a filter leaves: for the whole, the cells are told.

        Where rows are left out each cell is asked whether it is seen: neither `SUMIFS` nor
        `AGGREGATE` knows both, and LibreOffice finds nothing that is as empty as `""`.
        """
        if sums:
            self.book.put(self.sheet, last + 1, 0, self.together, bold=True)
        for at, amount in sums.items():
            cells = xl_range(1, at, last, at)
            formula = f"SUBTOTAL(109,{cells})"
            if self.without_at is not None:
                first, said = cell_name(1, at), xl_range(1, self.without_at, last, self.without_at)
                seen = f"SUBTOTAL(109,OFFSET({first},ROW({cells})-ROW({first}),0))"
                formula = f'SUMPRODUCT({seen},--({said}=""))'
            self.book.put_formula(self.sheet, last + 1, at, formula, amount, currency)
            whole = self.summed[self.columns[at]]
            whole.amount = EXACT.add(whole.amount, amount)
            quoted = self.name.replace("'", "''")
            whole.cells.append(f"'{quoted}'!{cells}")

    def _widen(self, values: Sequence[Any]) -> None:
        for column, value in enumerate(values):
            length = 19 if isinstance(value, datetime) else _width_of(str(value or "")) + 2
            self.widths[column] = max(self.widths[column], min(length, WIDEST))


def adds_up(column: str) -> bool:
    """A balance is what was before it, too."""
    return not column.startswith("balance")


def number_form(value: Decimal, currency: str = "") -> str:
    """Grouped, with the decimals of the currency, or as many more as it takes."""
    decimals = max(_decimals_of(value), minor_unit(currency) if currency else 0)
    return _fraction("#,##0", decimals)


def cell_name(row: int, column: int) -> str:
    name: str = xl_rowcol_to_cell(row, column)
    return name


def _fraction(whole: str, decimals: int) -> str:
    return f"{whole}.{'0' * decimals}" if decimals else whole


def _decimals_of(value: Decimal) -> int:
    exponent = value.normalize(EXACT).as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _width_of(text: str) -> int:
    """Letters of East Asia are twice as wide."""
    return sum(2 if letter >= "\u1100" else 1 for letter in text)
