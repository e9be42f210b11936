"""CSV that is sent while it is written, harmless to whoever opens it in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"

#: Spreadsheets need it to read names in any script.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Pieces:
    """What a csv writer writes, handed on as bytes."""

    def write(self, text: str) -> bytes:
        return text.encode()


def csv_pieces(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    writer = csv.writer(_Pieces())
    yield BYTE_ORDER_MARK
    first: bytes = writer.writerow(heading)
    yield first
    for row in rows:
        piece: bytes = writer.writerow([harmless(str(cell)) for cell in row])
        yield piece


def harmless(text: str) -> str:
    """Text of others that a spreadsheet would take for a formula is marked as text."""
    if not text.startswith(("=", "+", "-", "@", "\t", "\r")) or _is_figure(text):
        return text
    return f"'{text}"


def _is_figure(text: str) -> bool:
    """A negative amount is no formula."""
    return text[1:].replace(".", "", 1).isdecimal() and text[0] == "-"
