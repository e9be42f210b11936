"""Files that stay as they are, each under its digest: written whole or not at all, read as written.

Every host that serves the portal needs the same directory.
"""

import os
import tempfile
from collections.abc import Callable
from hashlib import file_digest
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings


class FileLost(Exception):
    """The file is gone, or no longer what was written."""


class Kept(NamedTuple):
    digest: str
    size: int


def path_of(digest: str) -> Path:
    directory: Path = settings.ATTACHMENTS_DIR
    return directory / digest[:2] / digest


def keep(write: Callable[[IO[bytes]], object]) -> Kept:
    """Store what `write` writes, also after a crash; in the place of a file that was spoilt."""
    settings.ATTACHMENTS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.ATTACHMENTS_DIR, delete=False) as file:
        try:
            write(file)
            size = file.tell()
            digest = _digest_of(file)
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink()
            raise
    path_of(digest).parent.mkdir(mode=0o700, exist_ok=True)
    Path(file.name).replace(path_of(digest))
    return Kept(digest, size)


def open_kept(digest: str) -> IO[bytes]:
    """At its beginning. Raises FileLost unless it is, byte for byte, what was stored."""
    try:
        file = path_of(digest).open("rb")
    except FileNotFoundError:
        raise FileLost(digest) from None
    if _digest_of(file) != digest:
        file.close()
        raise FileLost(digest)
    file.seek(0)
    return file


def _digest_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
