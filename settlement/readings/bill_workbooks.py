"""A bill as a workbook: its sum on one sheet, held against its lines on the following ones."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _

from koogallery.exports.files import Table
from koogallery.exports.workbooks import Book, Summed, cell_name
from koogallery.kit.money import ZERO
from settlement.models import Bill
from settlement.readings.bill_documents import facts_of, parties_of
from settlement.readings.bill_sums import sum_of


def write_workbook(file: IO[bytes], bill: Bill, lines: Table) -> None:
    book = Book(file, bill.issued_at)
    sheet = book.sheet(_("Bill"), 44, 24, 24, 24)
    row = _write_facts(book, sheet, bill)
    row = _write_sum(book, sheet, row, bill)
    summed = book.put_rows(_("Lines"), lines)
    _hold_against(book, sheet, row, bill, summed)
    book.close()


def _write_facts(book: Book, sheet: Any, bill: Bill) -> int:
    """Returns the row after them."""
    book.put(sheet, 0, 0, _("Settlement bill"), bold=True)
    book.put(sheet, 0, 1, bill.number, bold=True)
    rows = [row for party in parties_of(bill) for row in ((party.role, party.name), *party.facts)]
    rows += facts_of(bill)
    for place, (label, value) in enumerate(rows, 2):
        book.put(sheet, place, 0, label)
        book.put(sheet, place, 1, value)
    return len(rows) + 3


def _write_sum(book: Book, sheet: Any, first: int, bill: Bill) -> int:
    """A result is the formula that it is: of all above it, since the result before."""
    terms, since = sum_of(bill), first
    for place, (label, amount, is_result) in enumerate(terms, first):
        book.put(sheet, place, 0, label, bold=is_result)
        if is_result:
            cells = f"{cell_name(since, 1)}:{cell_name(place - 1, 1)}"
            book.put_sum(sheet, place, 1, Summed(amount, [cells]), bill.currency)
            since = place
        else:
            book.put(sheet, place, 1, amount, bill.currency)
    return first + len(terms) + 1


def _hold_against(
    book: Book, sheet: Any, first: int, bill: Bill, summed: Mapping[str, Summed]
) -> None:
    """What each column of the lines adds up to; they differ by no more than the rounding."""
    heads = (_("Held against the lines"), _("On the bill"), _("Sum of the lines"), _("Rounding"))
    for column, head in enumerate(heads):
        book.put(sheet, first, column, head, bold=True)
    taxes = bill.withholding_tax + bill.digital_service_tax
    held = [
        (_("Sales amount (without VAT)"), bill.sales_amount, "sales_amount"),
        (_("Customers' withholding tax"), bill.customer_wht, "customer_wht"),
        (
            _("Settlement amount before the seller's taxes"),
            bill.settlement_amount + taxes,
            "settlement",
        ),
    ]
    for place, (label, amount, name) in enumerate(held, first + 1):
        lines = summed.get(name, Summed())
        book.put(sheet, place, 0, label)
        book.put(sheet, place, 1, amount, bill.currency)
        if lines.cells:
            book.put_sum(sheet, place, 2, lines, bill.currency)
            rounding = f"ROUND({cell_name(place, 1)}-{cell_name(place, 2)},6)"
            difference = round(amount - lines.amount, 6) + ZERO
            book.put_formula(sheet, place, 3, rounding, difference, bill.currency)
