"""A bill as a file: CSV and XLSX hold every line, PDF is the document for the finance department.

Lines are read and written in pieces, so memory stays flat however long the bill is.
"""

import csv
import tempfile
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import IO, Any

from koogallery.csv_files import harmless
from koogallery.downloads import Export
from koogallery.kit.errors import InvalidInput
from koogallery.kit.money import format_exact
from koogallery.settlement_time import ZONE
from settlement.choices import LineKind
from settlement.models import Bill
from settlement.services.bill_documents import bill_document
from settlement.services.workbooks import write_workbook

ROWS_A_CHUNK = 2_000
BYTES_A_CHUNK = 64 * 1024

#: The columns of an exported line, in order: heading -> what is read for it.
COLUMNS: Mapping[str, str] = {
    "line_no": "line_no",
    "kind": "kind",
    "order": "order__number",
    "metering_sn": "usage_record__metering_sn",
    "adjustment": "adjustment__number",
    "product": "order__product__number",
    "product_name": "order__product__name",
    "customer_name": "order__customer_name",
    "customer_account": "order__customer_account",
    "order_type": "order__order_type",
    "cycle": "cycle",
    "catch_up": "catch_up",
    "effective_at": "effective_at",
    "sales_amount": "sales_amount",
    "customer_wht": "customer_wht",
    "platform_fee_ratio": "platform_fee_ratio",
    "settlement": "settlement",
    "refunded_before": "refunded_before",
    "reason": "adjustment__reason",
}
AMOUNTS = frozenset({"sales_amount", "customer_wht", "settlement", "refunded_before"})


def export_bill(bill: Bill, form: str) -> Export:
    """The bill as `csv`, `xlsx` or `pdf`; its reader has been found to be allowed to see it."""
    if form not in FORMS:
        raise InvalidInput(
            f"A bill is exported as {', '.join(FORMS)}.", code="unknown_format", field="format"
        )
    media_type, produce = FORMS[form]
    return Export(f"{bill.number}.{form}", media_type, produce(bill))


def line_rows(bill: Bill) -> Iterator[dict[str, Any]]:
    """Every line as plain values, in the order of the bill; adjustments carry no ratio."""
    rows = bill.lines.order_by("line_no").values_list(*COLUMNS.values())
    for values in rows.iterator(chunk_size=ROWS_A_CHUNK):
        row = dict(zip(COLUMNS, values, strict=True))
        row["effective_at"] = row["effective_at"].astimezone(ZONE)
        if row["kind"] == LineKind.ADJUSTMENT:
            row["platform_fee_ratio"] = None
        yield row


class _Pieces:
    """What a csv writer writes, handed on as bytes."""

    def write(self, text: str) -> bytes:
        return text.encode()


def _csv(bill: Bill) -> Iterator[bytes]:
    """With a byte order mark, which spreadsheets need to read names in any script."""
    writer = csv.writer(_Pieces())
    yield b"\xef\xbb\xbf"
    header: bytes = writer.writerow(["bill", "currency", *COLUMNS])
    yield header
    for row in line_rows(bill):
        piece: bytes = writer.writerow(
            [bill.number, bill.currency, *(_text(name, row[name], bill) for name in COLUMNS)]
        )
        yield piece


def _text(name: str, value: Any, bill: Bill) -> str:
    if value is None:
        return ""
    if name in AMOUNTS:
        return format_exact(value, bill.currency)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(timespec="seconds") if name == "effective_at" else harmless(str(value))


def _xlsx(bill: Bill) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        write_workbook(file, bill, line_rows(bill))
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
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "pdf": ("application/pdf", _pdf),
}

#: What an export can be, as HTTP names it.
MEDIA_TYPES = tuple(media_type for media_type, _ in FORMS.values())
