"""Documents of the demo: one page each, made the same at every load."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from koogallery.attachments import Document
from koogallery.papers import Paper, Text, write_paper


def paper(name: str, title: str, lines: Sequence[str], *, day: date) -> Document:
    page = BytesIO()
    write_paper(page, Paper(title, "", day, parts=[Text("\n".join(lines))]))
    return Document(name, page.getvalue())
