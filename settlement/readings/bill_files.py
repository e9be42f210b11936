"""A bill as a file: every line as CSV and XLSX, and as the paper for the finance department.

The certificate of the tax withheld from it is one more (R2.2).

Each is made once, from words and figures that no longer change, and kept: whoever asks again gets
the same bytes (R3.2). Lines are read and written in pieces, so memory stays flat.

A bill as a workbook: its sum on one sheet, held against its lines on the following ones.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, F, When
from django.utils import translation
from django.utils.translation import gettext as _

from koogallery.downloads import BYTES_A_CHUNK, Export
from koogallery.exports.files import MEDIA_TYPES as LIST_TYPES
from koogallery.exports.files import Table, write_csv
from koogallery.exports.kinds import selected, words_of
from koogallery.exports.workbooks import Book, Summed, cell_name
from koogallery.kept_files import FileLost, Kept, keep, open_kept
from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.kit.money import ZERO
from koogallery.replica import on_primary
from settlement.choices import LineKind
from settlement.models import Bill, BillDocument, BillLine
from settlement.readings.bill_documents import bill_document, facts_of, parties_of
from settlement.readings.bill_sums import sum_of
from settlement.readings.wht_certificates import (
    certificate_document,
    certificate_number,
    require_withheld,
)


def write_workbook(file: IO[bytes], bill: Bill, lines: Table) -> None:
    book = Book(file, bill.issued_at)
    sheet = book.sheet(_("Bill"), 44, 24, 24, 24)
    row = _write_facts(book, sheet, bill)
    # A result is the formula that it is: of all above it, since the result before.
    terms, since = sum_of(bill), row
    for place, (label, amount, is_result) in enumerate(terms, row):
        book.put(sheet, place, 0, label, bold=is_result)
        if is_result:
            cells = f"{cell_name(since, 1)}:{cell_name(place - 1, 1)}"
            book.put_sum(sheet, place, 1, Summed(amount, [cells]), bill.currency)
            since = place
        else:
            book.put(sheet, place, 1, amount, bill.currency)
    row = row + len(terms) + 1
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


#: A line's own ratio; the column is there for adjustments too, which have none.
RATIO = Case(When(kind=LineKind.ADJUSTMENT, then=None), default=F("platform_fee_ratio"))
#: The columns of an exported line, in order: heading -> what is read for it (`ratio` is RATIO).
LINE_COLUMNS: Mapping[str, str] = {
    "bill": "bill__number",
    "currency": "bill__currency",
    "line_no": "line_no",
    "kind": "kind",
    "order": "order__number",
    "metering_sn": "usage_record__metering_sn",
    "adjustment": "adjustment__number",
    "product": "product__number",
    "product_name": "product__name",
    "customer_name": "order__customer_name",
    "customer_account": "order__customer_account",
    "order_type": "order__order_type",
    "cycle": "cycle",
    "catch_up": "catch_up",
    "effective_at": "effective_at",
    "sales_amount": "sales_amount",
    "customer_wht": "customer_wht",
    "platform_fee_ratio": "ratio",
    "settlement": "settlement",
    "refunded_before": "refunded_before",
    "reason": "adjustment__reason",
}
LINE_AMOUNTS = frozenset({"sales_amount", "customer_wht", "settlement", "refunded_before"})


class BeingMade(Exception):
    """A long bill's file, which nobody has asked for yet: a worker has to make it."""


def export_bill(bill: Bill, form: str) -> Export:
    """The bill as `csv`, `xlsx` or `pdf`; its reader has been found to be allowed to see it.

    Raises BeingMade for a file too long to be made while somebody waits.
    """
    if form not in FORMS:
        raise InvalidInput(
            _("A bill is exported as %(forms)s.") % {"forms": ", ".join(FORMS)},
            code="unknown_format",
            field="format",
        )
    return _export(bill, form, f"{bill.number}.{form}")


def export_certificate(bill: Bill) -> Export:
    """The certificate of its withholding tax as PDF; refused where nothing was withheld."""
    require_withheld(bill)
    return _export(bill, CERTIFICATE, f"{certificate_number(bill)}.pdf")


def _export(bill: Bill, form: str, filename: str) -> Export:
    kept = _kept(bill, form)
    if kept is None:
        if DOCUMENTS[form].grows and bill.line_count > settings.BILL_DOCUMENT_LINES:
            raise BeingMade
        kept = make_document(bill, form)
    return Export(filename, DOCUMENTS[form].media_type, _Pieces(_opened(kept)))


@on_primary()
@transaction.atomic
def make_document(bill: Bill, form: str) -> BillDocument:
    """Make and keep it; whoever makes it at the same time waits, and gets the same."""
    with connection.cursor() as cursor:
        key = f"document:{bill.number}:{form}:{_language_of(form)}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    return _kept(bill, form) or BillDocument.objects.create(
        bill=bill, form=form, language=_language_of(form), **_make(bill, form)._asdict()
    )


def _kept(bill: Bill, form: str) -> BillDocument | None:
    return BillDocument.objects.filter(bill=bill, form=form, language=_language_of(form)).first()


def _make(bill: Bill, form: str) -> Kept:
    return keep(lambda file: DOCUMENTS[form].write(file, bill))


def _opened(document: BillDocument) -> IO[bytes]:
    """A file that is lost or spoilt is made again; as the same, or not at all."""
    try:
        return open_kept(document.digest)
    except FileLost:
        made = _make(document.bill, document.form)
    if made.digest != document.digest:
        raise Conflict(
            _("The file of %(bill)s is lost, and made again it would not be the same.")
            % {"bill": document.bill.number},
            code="document_lost",
            rule="R3.2",
        )
    return open_kept(document.digest)


def _language_of(form: str) -> str:
    """A CSV speaks codes; the others have words."""
    return translation.get_language() or settings.LANGUAGE_CODE if DOCUMENTS[form].has_words else ""


def lines_of(bill: Bill) -> Table:
    """Every line as plain values, in the order of the bill; adjustments carry no ratio."""
    rows = bill.lines.annotate(ratio=RATIO).order_by("line_no")
    found = selected(rows, LINE_COLUMNS, LINE_AMOUNTS)
    words = words_of(BillLine, LINE_COLUMNS)
    return Table(tuple(LINE_COLUMNS), LINE_AMOUNTS, found.rows(), found.lines, words)


def _csv(file: IO[bytes], bill: Bill) -> None:
    write_csv(file, lines_of(bill))


def _xlsx(file: IO[bytes], bill: Bill) -> None:
    write_workbook(file, bill, lines_of(bill))


@dataclass(frozen=True, slots=True)
class _Pieces(Iterator[bytes]):
    """The file to its end, or until the answer is given up: `close` is called then."""

    file: IO[bytes]

    def __next__(self) -> bytes:
        piece = self.file.read(BYTES_A_CHUNK)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        self.file.close()


@dataclass(frozen=True, slots=True)
class Form:
    """How a bill is written as a file, and whether it has words and grows with the lines."""

    media_type: str
    write: Callable[[IO[bytes], Bill], None]
    has_words: bool = True
    grows: bool = True


FORMS: Mapping[str, Form] = {
    "csv": Form(LIST_TYPES["csv"], _csv, has_words=False),
    "xlsx": Form(LIST_TYPES["xlsx"], _xlsx),
    "pdf": Form("application/pdf", bill_document),
}
CERTIFICATE = "wht"
#: All that is made of a bill once and kept.
DOCUMENTS: Mapping[str, Form] = {
    **FORMS,
    CERTIFICATE: Form("application/pdf", certificate_document, grows=False),
}

#: What an export can be, as HTTP names it.
MEDIA_TYPES = tuple(form.media_type for form in FORMS.values())
