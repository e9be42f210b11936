"""What a bill run did for each of its sellers, to be read and kept: CSV, XLSX, PDF."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

import xlsxwriter
from django.db.models import Count, Q, Sum
from django.utils import timezone
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from koogallery import audit
from koogallery.exports.files import harmless
from koogallery.kit.figures import instant, money_text
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.settlement_time import ZONE
from settlement.choices import RunSellerState
from settlement.models import Bill, BillRun
from settlement.readings.pdf import BODY, CELL, CJK_FONT, TITLE
from settlement.readings.progress import progress_of

AMOUNT = re.compile(r"-?[\d,]+(\.\d+)?")
COLUMNS = (
    "seller",
    "company_name",
    "state",
    "reason",
    "bill",
    "lines",
    "settlement_amount",
    "recovered",
    "net_payable",
    "currency",
)
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """What a run issued in one currency."""

    currency: str
    bills: int
    settlement_amount: Decimal
    recovered: Decimal
    net_payable: Decimal


def bills_of(run: BillRun) -> Any:
    """Bills of its cycle, issued while it ran, of its sellers."""
    if run.started_at is None:
        return Bill.objects.none()
    during = Q(issued_at__gte=run.started_at, issued_at__lte=run.finished_at or timezone.now())
    done = run.parts.filter(state=RunSellerState.DONE).values("seller")
    return Bill.objects.filter(during, cycle=run.cycle, seller__in=done)


def issued_by(run: BillRun) -> list[Issued]:
    """By currency: one query."""
    sums = (
        bills_of(run)
        .order_by("currency")
        .values("currency")
        .annotate(
            bills=Count("pk"),
            settlement=Sum("settlement_amount"),
            taken=Sum("recovered"),
            payable=Sum("net_payable"),
        )
    )
    return [
        Issued(each["currency"], each["bills"], each["settlement"], each["taken"], each["payable"])
        for each in sums
    ]


def rows_of(run: BillRun) -> Iterator[Row]:
    """One for each seller, parked ones first."""
    bills = {bill.seller_id: bill for bill in bills_of(run)}
    parts = run.parts.select_related("seller").order_by("-state", "seller__number")
    for part in parts.iterator(chunk_size=2000):
        seller, bill = part.seller, bills.get(part.seller_id)
        amounts = [
            format_amount(getattr(bill, name), bill.currency) if bill else ""
            for name in ("settlement_amount", "recovered", "net_payable")
        ]
        yield (
            seller.number,
            seller.company_name,
            part.state,
            part.reason,
            bill.number if bill else "",
            part.lines,
            *amounts,
            seller.settlement_currency,
        )


def take_report(run: BillRun, form: str, *, actor: User) -> tuple[IO[bytes], str]:
    """The file and its media type, as `write_report`; who took it is on record."""
    audit.record(actor, "exported", "bill run", run.number, file=f"{run.number}.{form}")
    return write_report(run, form)


def write_report(run: BillRun, form: str) -> tuple[IO[bytes], str]:
    """A file to be read from its beginning, and its media type."""
    media_type, write = FORMS[form]
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    write(file, run)
    file.seek(0)
    return file, media_type


def _csv(file: IO[bytes], run: BillRun) -> None:
    """With a byte order mark, which spreadsheets need to read names in any script."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(["run", "cycle", *COLUMNS])
    for row in rows_of(run):
        writer.writerow([run.number, run.cycle, *(_harmless(each) for each in row)])
    text.detach()


def _harmless(value: Any) -> Any:
    """An amount below zero is none of others' texts."""
    if not isinstance(value, str) or AMOUNT.fullmatch(value):
        return value
    return harmless(value)


def _xlsx(file: IO[bytes], run: BillRun) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    bold = book.add_format({"bold": True})
    facts = book.add_worksheet("Run")
    facts.set_column(0, 1, 30)
    for place, (label, value) in enumerate(_facts(run)):
        facts.write_string(place, 0, label, bold)
        facts.write_string(place, 1, value)
    sheet = book.add_worksheet("Sellers")
    sheet.write_row(0, 0, COLUMNS, bold)
    for place, row in enumerate(rows_of(run), 1):
        for column, value in enumerate(row):
            _cell(sheet, place, column, value)
    book.close()


def _cell(sheet: Any, row: int, column: int, value: Any) -> None:
    is_amount = COLUMNS[column] in {"settlement_amount", "recovered", "net_payable"}
    if isinstance(value, int):
        sheet.write_number(row, column, value)
    elif is_amount and value and len(value.replace(".", "")) <= DIGITS:
        sheet.write_number(row, column, Decimal(value))
    else:
        sheet.write_string(row, column, str(value))


#: Excel keeps 15 digits of a number; what has more is written as text, so that none is lost.
DIGITS = 15


def _facts(run: BillRun) -> Sequence[tuple[str, str]]:
    progress = progress_of(run)
    times = [("Started", run.started_at), ("Finished", run.finished_at)]
    return [
        ("Bill run", run.number),
        ("Cycle", run.cycle),
        ("State", run.get_state_display()),
        ("Asked for by", str(run.requested_by or "the run day")),
        ("Preview", str(run.preview or "none")),
        *((label, f"{instant(at, ZONE)} ({ZONE.key})" if at else "–") for label, at in times),
        ("Sellers", f"{progress.sellers_done} closed, {progress.sellers_parked} parked"),
        ("Lines", str(progress.lines)),
        *(
            (f"To be paid in {each.currency}", f"{money_text(each.net_payable, each.currency)}")
            for each in issued_by(run)
        ),
    ]


def _pdf(file: IO[bytes], run: BillRun) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(CJK_FONT))
    document = SimpleDocTemplate(
        file, pagesize=landscape(A4), title=f"Bill run {run.number}", author="KooGallery",
        margins=18 * mm, invariant=1,
    )  # fmt: skip
    facts = [Paragraph(f"{escape(label)}: {_latin(value)}", BODY) for label, value in _facts(run)]
    names = ("Seller", "State", "Reason", "Bill", "Lines", "Settlement", "Recovered", "To be paid")
    head: list[Any] = [Paragraph(name, CELL) for name in names]
    body: list[list[Any]] = [_pdf_row(row) for row in rows_of(run)]
    widths = [52 * mm, 16 * mm, 62 * mm, 38 * mm, 16 * mm, 28 * mm, 24 * mm, 28 * mm]
    table = LongTable([head, *body], colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.HexColor("#c9ced6")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("ALIGN", (4, 0), (-1, -1), "RIGHT"),
                ("FONTSIZE", (0, 0), (-1, -1), 7.5),
            ]
        )
    )
    document.build([Paragraph(f"Bill run {run.number}", TITLE), *facts, Spacer(1, 4 * mm), table])


def _pdf_row(row: Row) -> list[Any]:
    seller, company, state, reason, bill, lines, settled, recovered, payable, currency = row
    return [
        Paragraph(f"{escape(seller)} {_latin(company)}", CELL),
        state,
        Paragraph(_latin(reason), CELL),
        bill,
        str(lines),
        *(f"{each} {currency}" if each else "" for each in (settled, recovered, payable)),
    ]


def _latin(text: str) -> str:
    """Names not written in Latin letters need the font that comes with every reader."""
    written = escape(text)
    return written if text.isascii() or all(ord(each) < 0x250 for each in text) else (  # noqa: PLR2004
        f'<font name="{CJK_FONT}">{written}</font>'
    )  # fmt: skip


FORMS: Mapping[str, tuple[str, Callable[[IO[bytes], BillRun], None]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "pdf": ("application/pdf", _pdf),
}
