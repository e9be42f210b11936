"""Files as downloads: sent while they are made, or once they are."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO

from django.http import FileResponse, StreamingHttpResponse

from koogallery import audit
from koogallery.attachments import open_attachment
from koogallery.exports.files import MEDIA_TYPES
from koogallery.models import User

BYTES_A_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be sent: `pieces` are produced while they are sent."""

    filename: str
    media_type: str
    pieces: Iterator[bytes]


def pieces_of(write: Callable[[IO[bytes]], None]) -> Iterator[bytes]:
    """Of a file that is sent once it is whole; it is written when the first piece is asked for."""
    with tempfile.TemporaryFile() as file:
        write(file)
        file.seek(0)
        while piece := file.read(BYTES_A_CHUNK):
            yield piece


def send_export(
    export: Export, *, actor: User, kind: str, number: str, seller: str = ""
) -> StreamingHttpResponse:
    """As a download, for the console and for the API alike; who took it is on record.

    What is not sent, because it could not be recorded, is closed.
    """
    with ExitStack() as until_sent:
        if close := getattr(export.pieces, "close", None):
            until_sent.callback(close)
        audit.record(actor, "exported", kind, number, seller=seller, file=export.filename)
        until_sent.pop_all()
    answer = StreamingHttpResponse(export.pieces, content_type=export.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{export.filename}"'
    return answer


def send_file(file: IO[bytes], filename: str) -> FileResponse:
    """A finished export; its name ends as its format is called."""
    media_type = MEDIA_TYPES[filename.rpartition(".")[2]]
    return FileResponse(file, as_attachment=True, filename=filename, content_type=media_type)


def send_attachment(number: str, *, actor: User) -> FileResponse:
    """A document as a download, never shown in the page: what is in it is somebody else's."""
    attachment, content = open_attachment(number, actor=actor)
    return FileResponse(
        content,
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
