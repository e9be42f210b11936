"""A yearly statement as a file: PDF, a workbook or JSON, the same figures in each."""

from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _

from koogallery.downloads import Export, pieces_of
from koogallery.exports.files import MEDIA_TYPES as LIST_TYPES
from koogallery.exports.files import Table
from koogallery.exports.workbooks import Book
from koogallery.kit.errors import InvalidInput
from settlement.readings.yearly_json import write_json
from settlement.readings.yearly_pdf import write_pdf
from settlement.readings.yearly_statements import QUARTERS, Part, YearlyStatement
from settlement.readings.yearly_terms import TERMS, facts_of, remarks, table_of

# A yearly statement as a workbook: by quarter, then its bills, then its payouts.


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


Write = Callable[[IO[bytes], YearlyStatement], None]

#: Form -> its media type, and who writes it.
FORMS: Mapping[str, tuple[str, Write]] = {
    "pdf": ("application/pdf", write_pdf),
    "xlsx": (LIST_TYPES["xlsx"], write_workbook),
    "json": ("application/json", write_json),
}


def export_year(statement: YearlyStatement, form: str) -> Export:
    """As `pdf`, `xlsx` or `json`; its reader was found to be allowed to see it."""
    if form not in FORMS:
        raise InvalidInput(
            _("A yearly statement is exported as %(forms)s.") % {"forms": ", ".join(FORMS)},
            code="unknown_format",
            field="format",
        )
    media_type, write = FORMS[form]
    name = f"yearly-statement-{statement.seller.number}-{statement.year}.{form}"
    return Export(name, media_type, pieces_of(lambda file: write(file, statement)))
