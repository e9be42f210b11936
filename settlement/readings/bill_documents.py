"""A bill as a PDF: parties, the sum, what was sold per product, what was recovered, every line."""

from collections.abc import Iterator
from typing import IO

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koogallery.dates import cycle_bounds, cycle_label, day_text, instant_text
from koogallery.kit.figures import amount_text, exact_amount_text, percent_text
from koogallery.papers import Column, Fact, Paper, Party, Remark, Table, figures, known, write_paper
from koogallery.settlement_time import ZONE
from settlement.choices import LineKind
from settlement.models import Bill
from settlement.readings.bill_sums import sum_of
from settlement.readings.paper_parts import (
    account_at_issue,
    account_text,
    seal_remark,
    sides_of,
    terms,
)

#: Of more lines, which nobody leafs through, the paper has the sums; files have them all.
MOST_LINES = 50_000


def bill_document(file: IO[bytes], bill: Bill) -> None:
    title = _("From the sales amount to the payment, in %(currency)s") % {"currency": bill.currency}
    paper = Paper(
        _("Settlement bill"),
        bill.number,
        bill.issued_at.astimezone(ZONE).date(),
        parties_of(bill),
        facts_of(bill),
        [
            terms(title, sum_of(bill), bill.currency),
            _products(bill),
            _adjustments(bill),
            _recoveries(bill),
            Remark(_remarks(bill)),
            seal_remark(bill),
            _lines(bill),
        ],
    )
    write_paper(file, paper)


def cycle_text(cycle: str) -> str:
    """With its bounds, to be followed by the zone."""
    first, last = cycle_bounds(cycle)
    bounds = {"cycle": cycle_label(cycle), "first": first, "last": last, "zone": ZONE.key}
    return _("%(cycle)s: %(first)s to %(last)s (%(zone)s)") % bounds


def parties_of(bill: Bill) -> list[Party]:
    return sides_of(bill, _("Seller"), pgettext("bill", "Issued by"))


def facts_of(bill: Bill) -> list[Fact]:
    """Of paper and workbook alike."""
    payment = (
        _("After your invoice is verified, which is due one month after the bill is approved")
        if bill.net_payable
        else _("Nothing is paid on this bill")
    )
    return known(
        [
            (_("Cycle"), cycle_text(bill.cycle)),
            (_("Issued"), f"{instant_text(bill.issued_at)} ({ZONE.key})"),
            (_("Currency"), bill.currency),
            (pgettext("table", "Transactions"), f"{bill.line_count:,}"),
            (_("Payment"), payment),
            (_("Bill to"), bill.issuer_name),
            (_("Bank account"), account_text(account_at_issue(bill))),
        ]
    )


def _products(bill: Bill) -> Table:
    sold = (
        bill.lines.exclude(kind=LineKind.ADJUSTMENT)
        .order_by("product__number", "platform_fee_ratio")
        .values_list("product__number", "product__name", "platform_fee_ratio")
        .annotate(Count("pk"), Sum("sales_amount"), Sum("customer_wht"), Sum("settlement"))
    )
    columns = [
        Column(_("Product")),
        *figures(_("Fee ratio"), _("Lines"), _("Sales"), _("Customers' WHT"), _("Settled")),
    ]
    rows = [
        (
            f"{number} {name}",
            percent_text(ratio),
            f"{count:,}",
            *(amount_text(total, bill.currency) for total in totals),
        )
        for number, name, ratio, count, *totals in sold
    ]
    return Table(_("What was sold"), columns, rows)


def _adjustments(bill: Bill) -> Table:
    lines = bill.lines.filter(kind=LineKind.ADJUSTMENT).select_related("adjustment__bill")
    columns = [
        Column(_("Adjustment")),
        Column(_("Of bill")),
        Column(_("Reason"), 3),
        *figures(_("Amount")),
    ]
    rows = [
        (
            line.adjustment.number,
            line.adjustment.bill.number,
            line.adjustment.reason,
            amount_text(line.adjustment.amount, bill.currency),
        )
        for line in lines
        if line.adjustment
    ]
    return Table(_("Adjustments"), columns, rows)


def _recoveries(bill: Bill) -> Table:
    taken = bill.allocations.select_related(
        "recovery__refund__order", "recovery__original_bill"
    ).order_by("recovery__refunded_at", "recovery__number")
    columns = [
        Column(_("Refund")),
        Column(_("Order"), 2),
        Column(_("Settled on bill")),
        *figures(_("Recovered here")),
    ]
    rows = [
        (
            each.recovery.refund.number if each.recovery.refund else _("Negative balance"),
            each.recovery.refund.order.number if each.recovery.refund else "",
            each.recovery.original_bill.number,
            amount_text(each.amount, bill.currency),
        )
        for each in taken
    ]
    return Table(_("Recovered for refunds"), columns, rows)


def _lines(bill: Bill) -> Table:
    columns = [
        *figures(_("No.")),
        Column(_("Took effect"), 0),
        Column(_("Order")),
        Column(_("Product")),
        Column(_("Customer")),
        *figures(_("Sales"), _("Customers' WHT"), _("Fee ratio"), _("Settled")),
    ]
    if bill.line_count > MOST_LINES:
        return Table("", columns, [])
    sums = bill.lines.aggregate(Sum("sales_amount"), Sum("customer_wht"), Sum("settlement"))
    sales, wht, settled = (exact_amount_text(each, bill.currency) for each in sums.values())
    total = ("", "", _("Together"), "", "", sales, wht, "", settled)
    return Table(
        pgettext("table", "Transactions"), columns, list(_rows(bill)), [total], is_wide=True
    )


def _rows(bill: Bill) -> Iterator[tuple[str, ...]]:
    lines = bill.lines.order_by("line_no").values_list(
        "line_no",
        "effective_at",
        "order__number",
        "product__name",
        "order__customer_name",
        "adjustment__number",
        "adjustment__reason",
        "platform_fee_ratio",
        "sales_amount",
        "customer_wht",
        "settlement",
    )
    for no, at, order, product, customer, adjustment, reason, ratio, *amounts in lines.iterator():
        sales, wht, settled = (exact_amount_text(each, bill.currency) for each in amounts)
        day = day_text(at)
        if adjustment:
            yield (str(no), day, adjustment, reason, "", "", "", "", settled)
        else:
            percent = percent_text(ratio)
            yield (str(no), day, order, product, customer, sales, wht, percent, settled)


def _remarks(bill: Bill) -> str:
    return _(
        "Each line settles (sales amount − customer's withholding tax) × (1 − platform fee ratio), "
        "exact to 12 decimals; only the totals of the bill are rounded, half up. An issued bill is "
        "never rewritten: a difference found later is an adjustment on the next bill. "
        "All lines are in the CSV and XLSX export of bill %(bill)s. "
        "Days and cycles are in the time zone %(zone)s."
    ) % {"bill": bill.number, "zone": ZONE.key}
