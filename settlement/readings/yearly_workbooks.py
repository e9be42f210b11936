"""A yearly statement as an Excel workbook: by quarter, then its bills, then its payouts."""

from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from koogallery.exports.files import new_workbook, write_cell, write_row, write_sheets
from settlement.readings.yearly_statements import QUARTERS, Recovered, YearlyStatement
from settlement.readings.yearly_terms import TERMS, facts_of, remarks, table_of


def write_workbook(file: IO[bytes], statement: YearlyStatement) -> None:
    book = new_workbook(file)
    _write_figures(book, statement)
    write_sheets(book, _("Bills"), *_bill_rows(statement))
    write_sheets(book, _("Payouts"), *_payout_rows(statement))
    book.close()


def _write_figures(book: Any, statement: YearlyStatement) -> None:
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(_("Statement"))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 5, 20)
    sheet.write_string(0, 0, _("Yearly statement %(year)s") % {"year": statement.year}, bold)
    number, name = statement.seller.number, statement.seller.company_name
    row = 1
    for label, value in [(_("Seller"), f"{number} {name}"), *facts_of(statement)]:
        write_row(sheet, row, (label, value))
        row += 1
    for part in statement.parts:
        row += 1
        heads = (f"{part.country}, {part.currency}", *(f"Q{each}" for each in QUARTERS), _("Year"))
        columns = [*part.quarters, part.year]
        for column, head in enumerate(heads):
            sheet.write_string(row, column, head, bold)
        write_row(sheet, row + 1, (_("Transactions"), *(each.transactions for each in columns)))
        row += 2
        for term, amounts in table_of(part):
            form = bold if term.is_result else None
            sheet.write_string(row, 0, str(term.label), form)
            for column, amount in enumerate(amounts, start=1):
                write_cell(sheet, row, column, amount, form)
            row += 1
    row += 1
    for each in statement.recovered:
        row = _write_recovered(sheet, row, each)
    write_cell(sheet, row + 1, 0, remarks())


def _write_recovered(sheet: Any, row: int, recovered: Recovered) -> int:
    for label, amount in (
        (_("From bills"), recovered.from_bills),
        (_("From the deposit"), recovered.from_deposit),
        (_("By your payments"), recovered.from_payments),
    ):
        write_row(
            sheet, row, (f"{_('Recovered in the year')}: {label}", amount, recovered.currency)
        )
        row += 1
    return row


def _bill_rows(statement: YearlyStatement) -> tuple[tuple[str, ...], Iterator[Any]]:
    names = ("transactions", *(term.name for term in TERMS))
    rows = (
        (
            month.bill,
            month.cycle,
            part.country,
            part.currency,
            *(getattr(month.figures, name) for name in names),
        )
        for part in statement.parts
        for month in part.months
    )
    return ("bill", "cycle", "country", "currency", *names), rows


def _payout_rows(statement: YearlyStatement) -> tuple[tuple[str, ...], Iterator[Any]]:
    rows = (
        (
            payout.number,
            payout.paid_at,
            payout.currency,
            payout.amount,
            payout.bank_account.masked_account_number if payout.bank_account else "",
            payout.bank_reference,
        )
        for payout in statement.payouts
    )
    return ("payout", "paid_at", "currency", "amount", "bank_account", "bank_reference"), rows
