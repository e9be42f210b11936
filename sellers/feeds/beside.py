"""Files that an import leaves beside its feed, or where that folder takes none, in the present one.

They are spreadsheets for people: with a byte order mark, so that names in any script are read.
"""

import os
from pathlib import Path
from typing import TextIO


class FileBesideFeed:
    """Written under another name and shown under its own once it is whole."""

    def __init__(self, feed: Path, suffix: str) -> None:
        self.path = feed.with_name(f"{feed.name}{suffix}")
        self.beside_feed = True
        self._file: TextIO | None = None

    @property
    def is_open(self) -> bool:
        return self._file is not None

    def open(self) -> TextIO:
        if self._file is None:
            try:
                self._file = self._open_partial()
            except OSError:
                self.path, self.beside_feed = Path(self.path.name), False
                self._file = self._open_partial()
        return self._file

    def publish(self) -> None:
        if self._file is not None:
            self._file.close()
            self._partial.replace(self.path)

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            self._partial.unlink()

    @property
    def _partial(self) -> Path:
        return self.path.with_name(f"{self.path.name}.{os.getpid()}.partial")

    def _open_partial(self) -> TextIO:
        return self._partial.open("w", encoding="utf-8-sig", errors="surrogateescape", newline="")
