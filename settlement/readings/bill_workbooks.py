"""A bill as an Excel workbook: its sum on one sheet, its lines on the following ones."""

from decimal import Decimal
from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koogallery.exports.files import Table, new_workbook, write_cell, write_sheets
from koogallery.settlement_time import ZONE
from settlement.models import Bill
from settlement.readings.bill_sums import sum_of


def write_workbook(file: IO[bytes], bill: Bill, lines: Table) -> None:
    """Row by row: what is written is no longer in memory."""
    book = new_workbook(file)
    book.set_properties({"created": bill.issued_at.replace(tzinfo=None)})
    _write_sum(book, bill)
    write_sheets(book, _("Lines"), lines.columns, lines.rows)
    book.close()


def _write_sum(book: xlsxwriter.Workbook, bill: Bill) -> None:
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(_("Bill"))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 20)
    facts = [
        (_("Bill"), bill.number),
        (_("Seller"), f"{bill.seller.number} {bill.seller_name}"),
        (_("Address"), f"{bill.seller_address}, {bill.seller_country}".removeprefix(", ")),
        (_("Tax number"), bill.seller_tax_number),
        (pgettext("bill", "Issued by"), bill.issuer_name),
        (_("Address"), bill.issuer_address),
        (_("Tax number"), bill.issuer_tax_number),
        (_("Cycle"), bill.cycle),
        (_("Time zone"), ZONE.key),
        (_("Currency"), bill.currency),
        (_("Transactions"), Decimal(bill.line_count)),
    ]
    for row, (label, value) in enumerate(facts):
        sheet.write_string(row, 0, label)
        write_cell(sheet, row, 1, value)
    for row, (label, amount, is_result) in enumerate(sum_of(bill), len(facts) + 1):
        sheet.write_string(row, 0, label, bold if is_result else None)
        write_cell(sheet, row, 1, amount, bold if is_result else None)
