"""What a bill run did for each of its sellers, to be read and kept: CSV, XLSX, PDF."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit, papers
from koogallery.dates import cycle_label, instant_text
from koogallery.exports.files import Table, write_csv
from koogallery.exports.workbooks import Book
from koogallery.kit.figures import money_text
from koogallery.models import User
from koogallery.papers import Column, Fact, Paper, figures, write_paper
from koogallery.settlement_time import ZONE
from settlement.choices import RunSellerState
from settlement.models import Bill, BillRun
from settlement.readings.progress import progress_of

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
AMOUNTS = ("settlement_amount", "recovered", "net_payable")
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
        amounts = [getattr(bill, name) if bill else None for name in AMOUNTS]
        yield (
            seller.number,
            seller.company_name,
            part.state,
            part.told_reason,
            bill.number if bill else "",
            part.lines,
            *amounts,
            seller.settlement_currency,
        )


def take_report(run: BillRun, form: str, *, actor: User) -> tuple[IO[bytes], str]:
    """The file and its media type, as `write_report`; who took it is on record."""
    audit.note(actor, "exported", run, file=f"{run.number}.{form}")
    return write_report(run, form)


def write_report(run: BillRun, form: str) -> tuple[IO[bytes], str]:
    """A file to be read from its beginning, and its media type."""
    media_type, write = FORMS[form]
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    write(file, run)
    file.seek(0)
    return file, media_type


def _csv(file: IO[bytes], run: BillRun) -> None:
    rows = ((run.number, run.cycle, *row) for row in rows_of(run))
    write_csv(file, Table(("run", "cycle", *COLUMNS), frozenset(AMOUNTS), rows))


def _xlsx(file: IO[bytes], run: BillRun) -> None:
    book = Book(file)
    sheet = book.sheet(_("Bill run"), 30, 30)
    for place, (label, value) in enumerate(_facts(run)):
        book.put(sheet, place, 0, label, bold=True)
        book.put(sheet, place, 1, value)
    book.put_rows(
        _("Sellers"),
        Table(
            COLUMNS, frozenset(AMOUNTS), rows_of(run), words={"state": dict(RunSellerState.choices)}
        ),
    )
    book.close()


def _facts(run: BillRun) -> Sequence[Fact]:
    progress = progress_of(run)
    counted = {"closed": progress.sellers_done, "parked": progress.sellers_parked}
    return [
        (_("Bill run"), run.number),
        (_("Cycle"), cycle_label(run.cycle)),
        (_("State"), str(run.get_state_display())),
        (_("Asked for by"), str(run.requested_by or _("the run day"))),
        (_("Preview"), str(run.preview or _("none"))),
        (_("Started"), _instant(run.started_at)),
        (_("Finished"), _instant(run.finished_at)),
        (_("Sellers"), _("%(closed)s closed, %(parked)s parked") % counted),
        (_("Lines"), f"{progress.lines:,}"),
        *(
            (
                _("To be paid in %(currency)s") % {"currency": each.currency},
                money_text(each.net_payable, each.currency),
            )
            for each in issued_by(run)
        ),
    ]


def _instant(moment: datetime | None) -> str:
    return f"{instant_text(moment)} ({ZONE.key})" if moment else "–"


def _pdf(file: IO[bytes], run: BillRun) -> None:
    columns = [
        Column(_("Seller"), 3),
        Column(_("State"), 0),
        Column(_("Reason"), 4),
        Column(_("Bill"), 2),
        *figures(_("Lines"), _("Settlement"), _("Recovered"), _("To be paid")),
    ]
    paper = Paper(
        _("Bill run"),
        run.number,
        (run.finished_at or run.created_at).astimezone(ZONE).date(),
        facts=_facts(run),
        parts=[
            papers.Table(
                _("Sellers"), columns, [_pdf_row(row) for row in rows_of(run)], is_wide=True
            )
        ],
    )
    write_paper(file, paper)


def _pdf_row(row: Row) -> Row:
    seller, company, state, reason, bill, lines, *amounts, currency = row
    shown = ("" if each is None else money_text(each, currency) for each in amounts)
    label = RunSellerState(state).label
    return (f"{seller} {company}", str(label), reason, bill, f"{lines:,}", *shown)


FORMS: Mapping[str, tuple[str, Callable[[IO[bytes], BillRun], None]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "pdf": ("application/pdf", _pdf),
}
