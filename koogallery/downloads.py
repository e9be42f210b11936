"""Files that are sent while they are made."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import StreamingHttpResponse


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be sent: `pieces` are produced while they are sent."""

    filename: str
    media_type: str
    pieces: Iterator[bytes]


def send_export(export: Export) -> StreamingHttpResponse:
    """As a download, for the console and for the API alike."""
    answer = StreamingHttpResponse(export.pieces, content_type=export.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    return answer
