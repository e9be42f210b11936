"""A yearly statement as PDF: both sides, the year by quarter and bill by bill, what was paid."""

from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from koogallery.countries import country_name
from koogallery.dates import cycle_label, day_text
from koogallery.kit.figures import amount_text, money_text
from koogallery.papers import Column, Paper, Remark, Table, Text, figures, write_paper
from koogallery.settlement_time import ZONE
from settlement.readings.yearly_statements import QUARTERS, Part, YearlyStatement
from settlement.readings.yearly_terms import TERMS, facts_of, remarks, table_of

#: What of a bill stands in the table of bills.
_OF_A_BILL = tuple(
    term
    for term in TERMS
    if term.name in ("sales_amount", "consideration", "net_payable", "unpaid")
)


def write_pdf(file: IO[bytes], statement: YearlyStatement) -> None:
    number = statement.seller.number
    paper = Paper(
        _("Yearly statement %(year)s") % {"year": statement.year},
        number,
        statement.known_at.astimezone(ZONE).date(),
        facts=facts_of(statement),
        parts=[
            Text("" if statement.parts else _("No bill was issued for a month of this year.")),
            *(table for part in statement.parts for table in _tables(part)),
            _paid_out(statement),
            _recovered(statement),
            Remark(remarks()),
        ],
    )
    write_paper(file, paper)


def _tables(part: Part) -> Iterator[Table]:
    """By quarter, then bill by bill."""
    columns = [*part.quarters, part.year]
    where = {"country": country_name(part.country), "currency": part.currency}
    yield Table(
        _("By quarter: registered in %(country)s, in %(currency)s") % where,
        [Column(""), *figures(*(f"Q{quarter}" for quarter in QUARTERS), _("Year"))],
        [
            (_("Transactions"), *(f"{each.transactions:,}" for each in columns)),
            *(
                (str(term.label), *(amount_text(amount, part.currency) for amount in amounts))
                for term, amounts in table_of(part)
            ),
        ],
        results=[place for place, term in enumerate(TERMS, start=1) if term.is_result],
    )
    yield Table(
        _("Bill by bill"),
        [Column(_("Bill"), 2), Column(_("Cycle")), *figures(*(str(t.label) for t in _OF_A_BILL))],
        [
            (
                month.bill,
                cycle_label(month.cycle),
                *(amount_text(term.shown(month.figures), part.currency) for term in _OF_A_BILL),
            )
            for month in part.months
        ],
    )


def _paid_out(statement: YearlyStatement) -> Table:
    columns = [
        Column(_("Payout")),
        Column(_("Paid")),
        Column(_("Bank reference"), 2),
        *figures(_("Amount")),
    ]
    rows = [
        (
            payout.number,
            day_text(payout.paid_at) if payout.paid_at else "",
            payout.bank_reference,
            money_text(payout.amount, payout.currency),
        )
        for payout in statement.payouts
    ]
    totals = [
        (_("Together"), "", "", money_text(amount, currency))
        for currency, amount in statement.paid_out.items()
    ]
    return Table(_("Paid out in the year"), columns, rows, totals)


def _recovered(statement: YearlyStatement) -> Table:
    heads = figures(_("From bills"), _("From the deposit"), _("By your payments"))
    rows = [
        (
            each.currency,
            *(
                amount_text(amount, each.currency)
                for amount in (each.from_bills, each.from_deposit, each.from_payments)
            ),
        )
        for each in statement.recovered
    ]
    return Table(_("Recovered in the year"), [Column(_("Currency")), *heads], rows)
