"""A yearly statement as PDF: both sides, the year by quarter and bill by bill, what was paid."""

from typing import IO, Any

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from koogallery.settlement_time import ZONE
from settlement.readings.pdf import (
    CELL,
    CELL_HEAD,
    SMALL,
    TITLE,
    amount_text,
    compose,
    facts,
    section,
    text,
)
from settlement.readings.yearly_statements import QUARTERS, Part, YearlyStatement
from settlement.readings.yearly_terms import TERMS, facts_of, remarks, table_of

#: What of a bill stands in the table of bills.
_OF_A_BILL = tuple(
    term
    for term in TERMS
    if term.name in ("sales_amount", "consideration", "net_payable", "unpaid")
)


def write_pdf(file: IO[bytes], statement: YearlyStatement) -> None:
    number, year = statement.seller.number, statement.year
    title = _("Yearly statement %(year)s of %(seller)s") % {"year": year, "seller": number}
    parts = [
        text(_("Yearly statement %(year)s") % {"year": year}, TITLE),
        text(f"KooGallery · {statement.seller.company_name} ({number})"),
        Spacer(1, 5 * mm),
        facts(facts_of(statement)),
        *(each for part in statement.parts for each in _sections(part)),
        *_paid_out(statement),
        *_recovered(statement),
        Spacer(1, 5 * mm),
        text(remarks(), SMALL),
    ]
    if not statement.parts:
        parts.insert(4, text(_("No bill was issued for a month of this year.")))
    compose(file, parts, title=title, foot=title)


def _sections(part: Part) -> list[Any]:
    """By quarter, then bill by bill."""
    heads = ["", *(f"Q{quarter}" for quarter in QUARTERS), _("Year")]
    columns = [*part.quarters, part.year]
    counted = [f"{figures.transactions:,}" for figures in columns]
    rows = [[text(_("Transactions"), CELL), *counted]]
    for term, amounts in table_of(part):
        label = text(str(term.label), CELL_HEAD if term.is_result else CELL)
        rows.append([label, *(amount_text(amount, part.currency) for amount in amounts)])
    where = {"country": part.country, "currency": part.currency}
    bills = [
        [
            month.bill,
            month.cycle,
            *(amount_text(term.shown(month.figures), part.currency) for term in _OF_A_BILL),
        ]
        for month in part.months
    ]
    bill_heads = [_("Bill"), _("Cycle"), *(str(term.label) for term in _OF_A_BILL)]
    return [
        *section(
            _("By quarter: registered in %(country)s, in %(currency)s") % where,
            heads,
            rows,
            [None, 26, 26, 26, 26, 26],
            amounts=5,
        ),
        *section(_("Bill by bill"), bill_heads, bills, [None, 16, 30, 30, 30, 30], amounts=4),
    ]


def _paid_out(statement: YearlyStatement) -> list[Any]:
    rows = [
        [
            payout.number,
            f"{payout.paid_at.astimezone(ZONE):%Y-%m-%d}" if payout.paid_at else "",
            text(payout.bank_reference, CELL),
            f"{payout.currency} {amount_text(payout.amount, payout.currency)}",
        ]
        for payout in statement.payouts
    ]
    rows += [
        [text(_("Together"), CELL_HEAD), "", "", f"{currency} {amount_text(amount, currency)}"]
        for currency, amount in statement.paid_out.items()
    ]
    heads = [_("Payout"), _("Paid"), _("Bank reference"), _("Amount")]
    return section(_("Paid out in the year"), heads, rows, [34, 26, None, 44], amounts=1)


def _recovered(statement: YearlyStatement) -> list[Any]:
    rows = [
        [
            each.currency,
            *(
                amount_text(amount, each.currency)
                for amount in (each.from_bills, each.from_deposit, each.from_payments)
            ),
        ]
        for each in statement.recovered
    ]
    heads = [_("Currency"), _("From bills"), _("From the deposit"), _("By your payments")]
    return section(_("Recovered in the year"), heads, rows, [None, 36, 36, 36], amounts=3)
