"""A seller's statement as a file: every movement as CSV or workbook, and as a paper (R7.2)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import IO

from django.utils.translation import gettext as _

from koogallery.dates import day_text, instant_text
from koogallery.downloads import Export, pieces_of
from koogallery.exports.files import MEDIA_TYPES as LIST_TYPES
from koogallery.exports.files import csv_pieces, write_xlsx
from koogallery.kit.errors import InvalidInput
from koogallery.kit.figures import amount_text
from koogallery.papers import Column, Fact, Paper, Remark, Table, figures, known, write_paper
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.readings.account_statements import (
    MOST_PRINTED,
    Figures,
    Period,
    Statement,
    statement_table,
    statement_within,
)
from settlement.readings.paper_parts import sides_today

MEDIA_TYPES: Mapping[str, str] = {**LIST_TYPES, "pdf": "application/pdf"}


def export_statement(seller: Seller, period: Period, form: str) -> Export:
    """The statement as `csv`, `xlsx` or `pdf`; its reader was found to be allowed to see it."""
    if form not in MEDIA_TYPES:
        raise InvalidInput(
            _("A statement is exported as %(forms)s.") % {"forms": ", ".join(MEDIA_TYPES)},
            code="unknown_format",
            rule="R7.2",
            field="format",
        )
    name = f"statement-{seller.number}.{form}"
    if form == "csv":
        return Export(name, MEDIA_TYPES[form], csv_pieces(statement_table(seller, period)))
    return Export(name, MEDIA_TYPES[form], pieces_of(_writer(seller, period, form)))


def _writer(seller: Seller, period: Period, form: str) -> Callable[[IO[bytes]], None]:
    """What is refused is refused before anything is sent."""
    if form == "xlsx":
        table = statement_table(seller, period)
        return lambda file: write_xlsx(file, table)
    statement = statement_within(seller, period, MOST_PRINTED)
    return lambda file: write_paper(file, _paper(statement))


def _paper(statement: Statement) -> Paper:
    seller, currency = statement.seller, statement.currency
    columns = [
        Column(_("When"), 0),
        Column(_("What")),
        Column(_("Document")),
        *figures(_("Payable to you"), _("Deposit"), _("Owed by you"), _("Balance")),
    ]
    rows = [
        ("", _("Opening balance"), "", *_amounts(statement.opening, currency)),
        *(
            (
                instant_text(each.journal.effective_at),
                str(each.what),
                each.journal.subject,
                *_moved(each.moved, currency),
                amount_text(each.after.balance, currency),
            )
            for each in statement.movements
        ),
        ("", _("Closing balance"), "", *_amounts(statement.closing, currency)),
    ]
    title = _("Movements, in %(currency)s") % {"currency": currency}
    return Paper(
        _("Statement"),
        seller.number,
        _day_of(statement),
        sides_today(seller, _("Seller"), _("Platform")),
        known(_facts(statement.period)),
        [
            Table(title, columns, rows, results=[0, len(rows) - 1]),
            Remark(
                _("Above zero is owed to you, below zero by you. Times are in %(zone)s.")
                % {"zone": ZONE.key}
            ),
        ],
    )


def _facts(period: Period) -> list[Fact]:
    def day(moment: datetime | None) -> str:
        return day_text(moment) if moment else ""

    return [
        (_("From"), day(period.start) or _("the beginning")),
        (_("To"), day(period.end) or _("the last movement")),
        (_("As known on"), day(period.known_at)),
    ]


def _day_of(statement: Statement) -> date:
    """Its last day, so that the paper is the same whenever it is made."""
    period, last = statement.period, statement.movements[-1:]
    moved = last[0].journal.effective_at if last else None
    end = period.end or moved or period.start or statement.seller.created_at
    return end.astimezone(ZONE).date()


def _amounts(figure: Figures, currency: str) -> list[str]:
    shown = (figure.payable, figure.deposit, figure.owed, figure.balance)
    return [amount_text(each, currency) for each in shown]


def _moved(figure: Figures, currency: str) -> list[str]:
    """What did not move is left empty."""
    shown = (figure.payable, figure.deposit, figure.owed)
    return [amount_text(each, currency) if each else "" for each in shown]
