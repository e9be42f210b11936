"""The parts of which documents are composed as PDF: pages, facts, tables, text in any script."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from koogallery.kit.money import minor_unit, to_minor_unit

#: Comes with every PDF reader; used where a name is not written in Latin letters.
CJK_FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(CJK_FONT))  # a text asks for it before a page does
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
#: Left and right of what stands in a table, together.
CELL_PADDING = 12
LINE = colors.HexColor("#c9ced6")
RED = colors.HexColor("#c7000b")


def compose(file: IO[bytes], parts: Iterable[Any], *, title: str, foot: str) -> None:
    """The same bytes for the same parts; `foot` stands on every page beside its number."""
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=18 * mm,
        bottomMargin=20 * mm,
        title=title,
        author="KooGallery",
        invariant=1,
    )
    draw = _foot(foot)
    document.build(list(parts), onFirstPage=draw, onLaterPages=draw)


def _foot(name: str) -> Any:
    page = _("Page %(number)s")

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


def text(words: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Any name in any script; never read as markup."""
    font = _font(style.fontName, words)
    if font != style.fontName:
        style = ParagraphStyle(f"{style.name}-{font}", parent=style, fontName=font, wordWrap="CJK")
    return Paragraph(escape(words), style)


def _font(font: str, words: str) -> str:
    """The font itself if it has every letter of the text."""
    try:
        words.encode("cp1252")
    except UnicodeEncodeError:
        return CJK_FONT
    return font


def amount_text(amount: Decimal, currency: str) -> str:
    return f"{to_minor_unit(amount, currency):,.{minor_unit(currency)}f}"


def facts(rows: Iterable[tuple[str, str]]) -> Table:
    """A label and what it says, a row each."""
    table = Table(
        [[text(label, SMALL), text(value)] for label, value in rows],
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


def terms(rows: Iterable[tuple[str, Decimal, bool]], currency: str) -> Table:
    """Amounts that add up, downwards; results are set apart."""
    rows = list(rows)
    table = Table(
        [
            [text(label, RESULT if is_result else BODY), amount_text(amount, currency)]
            for label, amount, is_result in rows
        ],
        colWidths=[WIDTH - 40 * mm, 40 * mm],
    )
    results = [row for row, term in enumerate(rows) if term[2]]
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


def section(
    title: str,
    heads: Sequence[str],
    rows: list[list[Any]],
    widths: Sequence[int | None],
    *,
    amounts: int,
) -> list[Any]:
    """Nothing where there is nothing; the column without a width (mm) takes what is left.

    The last so many columns are `amounts`, in letters as small as the longest one needs.
    """
    if not rows:
        return []
    left = WIDTH - sum(width * mm for width in widths if width)
    first = len(heads) - amounts
    shown = [
        text(head, AMOUNT_HEAD if column >= first else CELL_HEAD)
        for column, head in enumerate(heads)
    ]
    columns = [width * mm if width else left for width in widths]
    table = Table([shown, *rows], colWidths=columns, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONTSIZE", (0, 0), (-1, -1), _size_of(rows, columns)),
                ("ALIGN", (first, 0), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
            ]
        )
    )
    return [text(title, HEAD), table]


def _size_of(rows: list[list[Any]], columns: Sequence[float]) -> float:
    """At which no text of a table runs into the next one; paragraphs break by themselves."""
    sizes = [
        CELL.fontSize
        * (column - CELL_PADDING)
        / pdfmetrics.stringWidth(cell, BODY.fontName, CELL.fontSize)
        for row in rows
        for cell, column in zip(row, columns, strict=True)
        if isinstance(cell, str) and cell
    ]
    smallest: float = min([CELL.fontSize, *sizes])
    return smallest
