"""A yearly statement as a workbook: by quarter, then its bills, then its payouts."""

from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

from koogallery.exports.files import Table
from koogallery.exports.workbooks import Book
from settlement.readings.yearly_statements import QUARTERS, Part, YearlyStatement
from settlement.readings.yearly_terms import TERMS, facts_of, remarks, table_of


def write_workbook(file: IO[bytes], statement: YearlyStatement) -> None:
    book = Book(file, statement.known_at)
    sheet = book.sheet(_("Statement"), 44, *[20] * 5)
    for row, values in enumerate(_figures(statement)):
        currency, is_bold, *cells = values
        for column, value in enumerate(cells):
            book.put(sheet, row, column, value, currency, bold=is_bold)
    book.put_rows(_("Bills"), _bills(statement))
    book.put_rows(_("Payouts"), _payouts(statement))
    book.close()


def _figures(statement: YearlyStatement) -> Iterator[tuple[Any, ...]]:
    """(currency, whether it is set apart, cells)."""
    title = _("Yearly statement %(year)s") % {"year": statement.year}
    yield ("", True, title, statement.seller.number)
    for fact in facts_of(statement):
        yield ("", False, *fact)
    for part in statement.parts:
        yield ("", False)
        yield from _by_quarter(part)
    yield ("", False)
    for each in statement.recovered:
        for label, amount in (
            (_("From bills"), each.from_bills),
            (_("From the deposit"), each.from_deposit),
            (_("By your payments"), each.from_payments),
        ):
            head = f"{_('Recovered in the year')}: {label}"
            yield (each.currency, False, head, amount, each.currency)
    yield ("", False)
    yield ("", False, remarks())


def _by_quarter(part: Part) -> Iterator[tuple[Any, ...]]:
    heads = (f"{part.country}, {part.currency}", *(f"Q{each}" for each in QUARTERS), _("Year"))
    yield ("", True, *heads)
    counted = (each.transactions for each in (*part.quarters, part.year))
    yield ("", False, _("Transactions"), *counted)
    for term, amounts in table_of(part):
        yield (part.currency, term.is_result, str(term.label), *amounts)


def _bills(statement: YearlyStatement) -> Table:
    names = tuple(term.name for term in TERMS)
    rows = (
        (
            month.bill,
            month.cycle,
            part.country,
            part.currency,
            month.figures.transactions,
            *(getattr(month.figures, name) for name in names),
        )
        for part in statement.parts
        for month in part.months
    )
    columns = ("bill", "cycle", "country", "currency", "transactions", *names)
    return Table(columns, frozenset(names), rows)


def _payouts(statement: YearlyStatement) -> Table:
    rows = (
        (
            payout.number,
            payout.paid_at,
            payout.currency,
            payout.amount,
            statement.number_of(payout.bank_account) if payout.bank_account else "",
            payout.bank_reference,
        )
        for payout in statement.payouts
    )
    columns = ("payout", "paid_at", "currency", "amount", "bank_account", "bank_reference")
    return Table(columns, frozenset({"amount"}), rows)
