"""What a PDF says."""

from io import BytesIO

from pypdf import PdfReader


def said(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
