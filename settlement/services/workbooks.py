"""A bill as an Excel workbook: its sum on one sheet, its lines on the following ones."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from koogallery.settlement_time import ZONE
from settlement.models import Bill
from settlement.services.bill_sums import sum_of

#: Rows of a sheet below its heading; Excel ends at 1,048,576.
ROWS_A_SHEET = 1_000_000
#: Excel keeps 15 digits of a number; what has more is written as text, so that none is lost.
DIGITS = 15


def write_workbook(file: IO[bytes], bill: Bill, lines: Iterator[dict[str, Any]]) -> None:
    """Row by row: what is written is no longer in memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    bold = book.add_format({"bold": True})
    _write_sum(book, bill, bold)
    number = 1
    first = next(lines, None)
    while first is not None or number == 1:
        sheet = book.add_worksheet(_("Lines") if number == 1 else f"{_('Lines')} {number}")
        _write_lines(sheet, first, lines, bold)
        first, number = next(lines, None), number + 1
    book.close()


def _write_sum(book: xlsxwriter.Workbook, bill: Bill, bold: Any) -> None:
    sheet = book.add_worksheet(_("Bill"))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 20)
    facts = [
        (_("Bill"), bill.number),
        (_("Seller"), f"{bill.seller.number} {bill.seller.company_name}"),
        (_("Cycle"), bill.cycle),
        (_("Time zone"), ZONE.key),
        (_("Currency"), bill.currency),
        (_("State"), bill.get_state_display()),
        (_("Transactions"), Decimal(bill.line_count)),
    ]
    for row, (label, value) in enumerate(facts):
        sheet.write_string(row, 0, label)
        _write(sheet, row, 1, value)
    for row, (label, amount, is_result) in enumerate(sum_of(bill), len(facts) + 1):
        sheet.write_string(row, 0, label, bold if is_result else None)
        _write(sheet, row, 1, amount, bold if is_result else None)


def _write_lines(
    sheet: Any, first: dict[str, Any] | None, lines: Iterator[dict[str, Any]], bold: Any
) -> None:
    if first is None:
        return
    for column, name in enumerate(first):
        sheet.write_string(0, column, name, bold)
    for column, value in enumerate(first.values()):
        _write(sheet, 1, column, value)
    for row, line in enumerate(islice(lines, ROWS_A_SHEET - 1), 2):
        for column, value in enumerate(line.values()):
            _write(sheet, row, column, value)


def _write(sheet: Any, row: int, column: int, value: Any, form: Any = None) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, form)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, form)
    elif isinstance(value, Decimal):
        _write_decimal(sheet, row, column, value, form)
    elif isinstance(value, datetime):
        sheet.write_string(row, column, value.isoformat(timespec="seconds"), form)
    else:
        sheet.write_string(row, column, str(value), form)


def _write_decimal(sheet: Any, row: int, column: int, value: Decimal, form: Any) -> None:
    plain = value.normalize()
    if len(plain.as_tuple().digits) > DIGITS:
        sheet.write_string(row, column, f"{plain:f}", form)
    else:
        sheet.write_number(row, column, plain, form)
