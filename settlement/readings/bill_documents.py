"""A bill as a PDF: number, parties, the sum, what was sold per product, what was recovered."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from koogallery.kit.cycles import Cycle
from koogallery.kit.figures import instant, percent_text
from koogallery.kit.money import minor_unit, to_minor_unit
from koogallery.settlement_time import ZONE
from settlement.choices import LineKind
from settlement.models import Bill
from settlement.readings.bill_sums import sum_of
from settlement.readings.seals import check_address, seal_of

#: Comes with every PDF reader; used where a name is not written in Latin letters.
CJK_FONT = "STSong-Light"
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=9, leading=12.5)
SMALL = ParagraphStyle(
    "small", parent=BODY, fontSize=7.5, leading=10, textColor=colors.HexColor("#545e6c")
)
HEAD = ParagraphStyle(
    "head", parent=BODY, fontName="Helvetica-Bold", fontSize=10.5, spaceBefore=8, spaceAfter=4
)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=8, leading=10)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=16, leading=20)
RESULT = ParagraphStyle("result", parent=BODY, fontName="Helvetica-Bold")
CELL_HEAD = ParagraphStyle("cell head", parent=CELL, fontName="Helvetica-Bold")
AMOUNT_HEAD = ParagraphStyle("amount head", parent=CELL_HEAD, alignment=2)
WIDTH = 174 * mm
LINE = colors.HexColor("#c9ced6")
RED = colors.HexColor("#c7000b")


def bill_document(file: IO[bytes], bill: Bill) -> None:
    """Its length does not grow with the lines: they are in the CSV and XLSX of the same bill."""
    pdfmetrics.registerFont(UnicodeCIDFont(CJK_FONT))
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=_("Settlement bill %(bill)s") % {"bill": bill.number},
        author="KooGallery",
        invariant=1,
    )
    foot = _foot(bill)
    document.build(
        [
            _text(_("Settlement bill"), TITLE),
            _text(f"KooGallery · {bill.number}"),
            Spacer(1, 5 * mm),
            _facts(bill),
            _text(
                _("From the sales amount to the payment, in %(currency)s")
                % {"currency": bill.currency},
                HEAD,
            ),
            _sum(bill),
            *_products(bill),
            *_adjustments(bill),
            *_recoveries(bill),
            Spacer(1, 5 * mm),
            *_seal(bill),
            _text(_remarks(bill), SMALL),
        ],
        onFirstPage=foot,
        onLaterPages=foot,
    )


def _foot(bill: Bill) -> Any:
    name, page = _("Bill %(number)s") % {"number": bill.number}, _("Page %(number)s")

    def draw(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setStrokeColor(RED)
        canvas.setLineWidth(2)
        canvas.line(18 * mm, A4[1] - 12 * mm, 192 * mm, A4[1] - 12 * mm)
        canvas.setFont(_font("Helvetica", name + page), 7.5)
        canvas.setFillColor(colors.HexColor("#545e6c"))
        canvas.drawString(18 * mm, 11 * mm, name)
        canvas.drawRightString(192 * mm, 11 * mm, page % {"number": document.page})
        canvas.restoreState()

    return draw


def _text(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Any name in any script; never read as markup."""
    font = _font(style.fontName, text)
    if font != style.fontName:
        style = ParagraphStyle(f"{style.name}-{font}", parent=style, fontName=font, wordWrap="CJK")
    return Paragraph(escape(text), style)


def _font(font: str, text: str) -> str:
    """The font itself if it has every letter of the text."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return CJK_FONT
    return font


def _amount(amount: Decimal, currency: str) -> str:
    return f"{to_minor_unit(amount, currency):,.{minor_unit(currency)}f}"


def _facts(bill: Bill) -> Table:
    cycle = Cycle(bill.cycle)
    first, end = (instant(moment, ZONE) for moment in (cycle.start(ZONE), cycle.end(ZONE)))
    rows = [
        *_party(
            _("Seller"),
            f"{bill.seller_name} ({bill.seller.number})",
            f"{bill.seller_address}, {bill.seller_country}".removeprefix(", "),
            bill.seller_tax_number,
        ),
        *_party(
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
    table = Table(
        [[_text(label, SMALL), _text(value)] for label, value in rows],
        colWidths=[32 * mm, WIDTH - 32 * mm],
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ]
        )
    )
    return table


def _party(role: str, name: str, address: str, tax_number: str) -> list[tuple[str, str]]:
    """What is not known takes no row."""
    rows = [(role, name), (_("Address"), address), (_("Tax number"), tax_number)]
    return [row for row in rows if row[1]]


def _sum(bill: Bill) -> Table:
    terms = sum_of(bill)
    table = Table(
        [
            [_text(label, RESULT if is_result else BODY), _amount(amount, bill.currency)]
            for label, amount, is_result in terms
        ],
        colWidths=[WIDTH - 40 * mm, 40 * mm],
    )
    results = [row for row, term in enumerate(terms) if term[2]]
    styles: list[tuple[Any, ...]] = [
        ("ALIGN", (1, 0), (1, -1), "RIGHT"),
        ("FONTSIZE", (0, 0), (-1, -1), 9),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
        ("BACKGROUND", (0, -1), (-1, -1), colors.HexColor("#f4f5f7")),
    ]
    for row in results:
        styles += [
            ("FONTNAME", (0, row), (-1, row), "Helvetica-Bold"),
            ("LINEABOVE", (0, row), (-1, row), 0.9, colors.black),
        ]
    table.setStyle(TableStyle(styles))
    return table


def _products(bill: Bill) -> Iterable[Any]:
    sold = (
        bill.lines.exclude(kind=LineKind.ADJUSTMENT)
        .order_by("product__number", "platform_fee_ratio")
        .values_list("product__number", "product__name", "platform_fee_ratio")
        .annotate(Count("pk"), Sum("sales_amount"), Sum("customer_wht"), Sum("settlement"))
    )
    rows = [
        [
            _text(f"{number} {name}", CELL),
            percent_text(ratio),
            f"{count:,}",
            *(_amount(total, bill.currency) for total in totals),
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
    return _section(_("What was sold"), heads, rows, [None, 18, 16, 28, 28, 28])


def _adjustments(bill: Bill) -> Iterable[Any]:
    lines = bill.lines.filter(kind=LineKind.ADJUSTMENT).select_related("adjustment__bill")
    rows = [
        [
            line.adjustment.number,
            line.adjustment.bill.number,
            _text(line.adjustment.reason, CELL),
            _amount(line.adjustment.amount, bill.currency),
        ]
        for line in lines
        if line.adjustment
    ]
    heads = [_("Adjustment"), _("Of bill"), _("Reason"), _("Amount")]
    return _section(_("Adjustments"), heads, rows, [26, 36, None, 28])


def _recoveries(bill: Bill) -> Iterable[Any]:
    taken = bill.allocations.select_related(
        "recovery__refund__order", "recovery__original_bill"
    ).order_by("recovery__refunded_at", "recovery__number")
    rows = [
        [
            each.recovery.refund.number if each.recovery.refund else _("Negative balance"),
            _text(each.recovery.refund.order.number if each.recovery.refund else "", CELL),
            each.recovery.original_bill.number,
            _amount(each.amount, bill.currency),
        ]
        for each in taken
    ]
    heads = [_("Refund"), _("Order"), _("Settled on bill"), _("Recovered here")]
    return _section(_("Recovered for refunds"), heads, rows, [30, None, 42, 30])


def _section(
    title: str, heads: Sequence[str], rows: list[list[Any]], widths: Sequence[int | None]
) -> list[Any]:
    """Nothing where there is nothing; the column without a width takes what is left."""
    if not rows:
        return []
    left = WIDTH - sum(width * mm for width in widths if width)
    amounts = 1 if len(heads) > 4 else len(heads) - 1  # noqa: PLR2004  # the table of products
    shown = [
        _text(head, AMOUNT_HEAD if column >= amounts else CELL_HEAD)
        for column, head in enumerate(heads)
    ]
    table = Table(
        [shown, *rows],
        colWidths=[width * mm if width else left for width in widths],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle(
            [
                ("FONTSIZE", (0, 0), (-1, -1), 8),
                ("ALIGN", (amounts, 0), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
            ]
        )
    )
    return [_text(title, HEAD), table]


def _seal(bill: Bill) -> list[Paragraph]:
    """What follows from all that is on it, and where anybody checks that (R7.3)."""
    if (sealed := seal_of(bill)) is None:
        return []
    address = check_address(bill, sealed.seal.hash)
    place = escape(address.partition("?")[0])
    said = _("Seal (SHA-256): %(seal)s") % {"seal": sealed.seal.hash}
    return [
        _text(said, SMALL),
        Paragraph(
            escape(_("Anybody can check it at %(address)s"))
            % {"address": f'<link href="{escape(address)}">{place}</link>'},
            _text(_("Anybody can check it at %(address)s"), SMALL).style,
        ),
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
