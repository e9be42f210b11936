"""A bill as a PDF: number, parties, the sum, what was sold per product, what was recovered."""

from collections.abc import Iterable
from typing import IO, Any
from xml.sax.saxutils import escape

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, Table

from koogallery.kit.cycles import Cycle
from koogallery.kit.figures import instant, percent_text
from koogallery.settlement_time import ZONE
from settlement.choices import LineKind
from settlement.models import Bill
from settlement.readings.bill_sums import sum_of
from settlement.readings.pdf import (
    CELL,
    HEAD,
    SMALL,
    TITLE,
    amount_text,
    compose,
    facts,
    section,
    terms,
    text,
)
from settlement.readings.seals import check_address, seal_of


def bill_document(file: IO[bytes], bill: Bill) -> None:
    """Its length does not grow with the lines: they are in the CSV and XLSX of the same bill."""
    parts = [
        text(_("Settlement bill"), TITLE),
        text(f"KooGallery · {bill.number}"),
        Spacer(1, 5 * mm),
        _facts(bill),
        text(
            _("From the sales amount to the payment, in %(currency)s")
            % {"currency": bill.currency},
            HEAD,
        ),
        terms(sum_of(bill), bill.currency),
        *_products(bill),
        *_adjustments(bill),
        *_recoveries(bill),
        Spacer(1, 5 * mm),
        *seal_lines(bill),
        text(_remarks(bill), SMALL),
    ]
    compose(
        file,
        parts,
        title=_("Settlement bill %(bill)s") % {"bill": bill.number},
        foot=_("Bill %(number)s") % {"number": bill.number},
    )


def _facts(bill: Bill) -> Table:
    cycle = Cycle(bill.cycle)
    first, end = (instant(moment, ZONE) for moment in (cycle.start(ZONE), cycle.end(ZONE)))
    rows = [
        *party(
            _("Seller"),
            f"{bill.seller_name} ({bill.seller.number})",
            f"{bill.seller_address}, {bill.seller_country}".removeprefix(", "),
            bill.seller_tax_number,
        ),
        *party(
            pgettext("bill", "Issued by"),
            f"{bill.issuer_name} (Huawei Cloud, KooGallery)",
            bill.issuer_address,
            bill.issuer_tax_number,
        ),
        (
            _("Cycle"),
            _("%(cycle)s: %(first)s to before %(end)s (%(zone)s)")
            % {"cycle": cycle, "first": first, "end": end, "zone": ZONE.key},
        ),
        (_("Issued"), f"{instant(bill.issued_at, ZONE)} ({ZONE.key})"),
        (_("Transactions"), f"{bill.line_count:,}"),
        (_("Currency"), bill.currency),
    ]
    return facts(rows)


def party(role: str, name: str, address: str, tax_number: str) -> list[tuple[str, str]]:
    """What is not known takes no row."""
    rows = [(role, name), (_("Address"), address), (_("Tax number"), tax_number)]
    return [row for row in rows if row[1]]


def _products(bill: Bill) -> Iterable[Any]:
    sold = (
        bill.lines.exclude(kind=LineKind.ADJUSTMENT)
        .order_by("product__number", "platform_fee_ratio")
        .values_list("product__number", "product__name", "platform_fee_ratio")
        .annotate(Count("pk"), Sum("sales_amount"), Sum("customer_wht"), Sum("settlement"))
    )
    rows = [
        [
            text(f"{number} {name}", CELL),
            percent_text(ratio),
            f"{count:,}",
            *(amount_text(total, bill.currency) for total in totals),
        ]
        for number, name, ratio, count, *totals in sold
    ]
    heads = [
        _("Product"),
        _("Fee ratio"),
        _("Lines"),
        _("Sales"),
        _("Customers' WHT"),
        _("Settled"),
    ]
    return section(_("What was sold"), heads, rows, [None, 18, 16, 28, 28, 28], amounts=5)


def _adjustments(bill: Bill) -> Iterable[Any]:
    lines = bill.lines.filter(kind=LineKind.ADJUSTMENT).select_related("adjustment__bill")
    rows = [
        [
            line.adjustment.number,
            line.adjustment.bill.number,
            text(line.adjustment.reason, CELL),
            amount_text(line.adjustment.amount, bill.currency),
        ]
        for line in lines
        if line.adjustment
    ]
    heads = [_("Adjustment"), _("Of bill"), _("Reason"), _("Amount")]
    return section(_("Adjustments"), heads, rows, [26, 36, None, 28], amounts=1)


def _recoveries(bill: Bill) -> Iterable[Any]:
    taken = bill.allocations.select_related(
        "recovery__refund__order", "recovery__original_bill"
    ).order_by("recovery__refunded_at", "recovery__number")
    rows = [
        [
            each.recovery.refund.number if each.recovery.refund else _("Negative balance"),
            text(each.recovery.refund.order.number if each.recovery.refund else "", CELL),
            each.recovery.original_bill.number,
            amount_text(each.amount, bill.currency),
        ]
        for each in taken
    ]
    heads = [_("Refund"), _("Order"), _("Settled on bill"), _("Recovered here")]
    return section(_("Recovered for refunds"), heads, rows, [30, None, 42, 30], amounts=1)


def seal_lines(bill: Bill) -> list[Flowable]:
    """What follows from all that is on it, and where anybody checks that (R7.3)."""
    if (sealed := seal_of(bill)) is None:
        return []
    address = check_address(bill, sealed.seal.hash)
    place = escape(address.partition("?")[0])
    told = _("Anybody can check it at %(address)s")
    link = f'<link href="{escape(address)}">{place}</link>'
    return [
        text(_("Seal (SHA-256): %(seal)s") % {"seal": sealed.seal.hash}, SMALL),
        Paragraph(escape(told) % {"address": link}, text(told, SMALL).style),
        Spacer(1, 2 * mm),
    ]


def _remarks(bill: Bill) -> str:
    return _(
        "Each line settles (sales amount - customer's withholding tax) x (1 - platform fee ratio), "
        "exact to 12 decimals; only the totals of the bill are rounded, half up. An issued bill is "
        "never rewritten: a difference found later is an adjustment on the next bill. "
        "All lines are in the CSV and XLSX export of bill %(bill)s. "
        "Days and cycles are in the time zone %(zone)s."
    ) % {"bill": bill.number, "zone": ZONE.key}
