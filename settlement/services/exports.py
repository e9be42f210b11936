"""A bill as a file: CSV and XLSX hold every line, PDF is the document for the finance department.

Lines are read and written in pieces, so memory stays flat however long the bill is.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from django.db.models import Case, F, When

from koogallery.downloads import Export
from koogallery.exports.files import MEDIA_TYPES as LIST_TYPES
from koogallery.exports.files import Table, csv_pieces
from koogallery.exports.kinds import ROWS_A_CHUNK
from koogallery.kit.errors import InvalidInput
from settlement.choices import LineKind
from settlement.models import Bill
from settlement.services.bill_documents import bill_document
from settlement.services.workbooks import write_workbook

BYTES_A_CHUNK = 64 * 1024

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


def export_bill(bill: Bill, form: str) -> Export:
    """The bill as `csv`, `xlsx` or `pdf`; its reader has been found to be allowed to see it."""
    if form not in FORMS:
        raise InvalidInput(
            f"A bill is exported as {', '.join(FORMS)}.", code="unknown_format", field="format"
        )
    media_type, produce = FORMS[form]
    return Export(f"{bill.number}.{form}", media_type, produce(bill))


def lines_of(bill: Bill) -> Table:
    """Every line as plain values, in the order of the bill; adjustments carry no ratio."""
    rows = bill.lines.annotate(ratio=RATIO).order_by("line_no")
    values = rows.values_list(*LINE_COLUMNS.values()).iterator(chunk_size=ROWS_A_CHUNK)
    return Table(tuple(LINE_COLUMNS), LINE_AMOUNTS, values)


def _csv(bill: Bill) -> Iterator[bytes]:
    return csv_pieces(lines_of(bill))


def _xlsx(bill: Bill) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        write_workbook(file, bill, lines_of(bill))
        yield from _read(file)


def _pdf(bill: Bill) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        bill_document(file, bill)
        yield from _read(file)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(BYTES_A_CHUNK):
        yield piece


FORMS: Mapping[str, tuple[str, Callable[[Bill], Iterator[bytes]]]] = {
    "csv": (LIST_TYPES["csv"], _csv),
    "xlsx": (LIST_TYPES["xlsx"], _xlsx),
    "pdf": ("application/pdf", _pdf),
}

#: What an export can be, as HTTP names it.
MEDIA_TYPES = tuple(media_type for media_type, _ in FORMS.values())
