"""Documents of the demo: one page each, made the same at every load."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from koogallery.attachments import Document

MARGIN, TOP, LINE = 72, 770, 18


def paper(name: str, title: str, lines: Sequence[str]) -> Document:
    page = BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=True)
    canvas.setTitle(title)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(MARGIN, TOP, title)
    canvas.setFont("Helvetica", 10)
    for number, line in enumerate(lines, start=2):
        canvas.drawString(MARGIN, TOP - number * LINE, line)
    canvas.save()
    return Document(name, page.getvalue())
