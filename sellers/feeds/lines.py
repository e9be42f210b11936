"""Physical lines of a file, plain or compressed, each with its number and what is wrong with it."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import BinaryIO, cast

from django.utils.translation import gettext as _

from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import marked

#: Longer lines are cut and refused, so that a file without line ends cannot fill the memory.
LONGEST_LINE = 1 << 20

GZIP = b"\x1f\x8b"
#: What is no text at all, by its first bytes.
OTHER_FILES = {
    b"PAR1\x15": "Parquet",
    b"PK\x03\x04": marked("a workbook or an archive (XLSX, ZIP)"),
    b"\x28\xb5\x2f\xfd": marked("compressed with Zstandard"),
    b"\xd0\xcf\x11\xe0": marked("an old workbook (XLS)"),
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Without its end; one that cannot be read is kept as far as it can."""

    number: int
    text: str
    defect: str = ""


def lines_of(file: BinaryIO) -> Iterator[Line]:
    """Every line in turn, in memory that does not grow with the file.

    Raises `InvalidInput` where the file is something else, or its compression is damaged.
    """
    text = _opened(file)
    number = 0
    try:
        while raw := text.readline(LONGEST_LINE):
            number += 1
            if number == 1:
                raw = raw.removeprefix(codecs.BOM_UTF8)
                _require_text(raw)
            is_cut = not raw.endswith(b"\n") and _skip_rest_of_line(text)
            yield _line(number, raw.removesuffix(b"\n").removesuffix(b"\r"), is_cut=is_cut)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InvalidInput(
            _(
                "The compressed file is damaged or ends early, after line %(number)s "
                "(%(error)s). Import it again once it is whole."
            )
            % {"number": number, "error": error}
        ) from None


def _opened(file: BinaryIO) -> BinaryIO:
    buffered = file if isinstance(file, BufferedReader) else BufferedReader(cast("RawIOBase", file))
    first = buffered.peek(5)
    for start, called in OTHER_FILES.items():
        if first.startswith(start):
            raise InvalidInput(
                _("The file is %(called)s; save it as CSV in UTF-8.") % {"called": _(called)}
            )
    if first.startswith(GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=buffered))
    return cast("BinaryIO", buffered)


def _require_text(first_line: bytes) -> None:
    if b"\0" in first_line:
        raise InvalidInput(_("The file is UTF-16 or no text; save it as CSV in UTF-8."))
    if b"\r" in first_line.removesuffix(b"\n").removesuffix(b"\r"):
        raise InvalidInput(_("The lines of the file end in CR alone; save it with LF or CR LF."))


def _skip_rest_of_line(file: BinaryIO) -> bool:
    """Whether there was any: a line that is too long, and not the last without its end."""
    found = False
    while rest := file.readline(LONGEST_LINE):
        found = True
        if rest.endswith(b"\n"):
            break
    return found


def _line(number: int, raw: bytes, *, is_cut: bool) -> Line:
    try:
        text, defect = raw.decode(), ""
    except UnicodeDecodeError:
        text, defect = raw.decode(errors="surrogateescape"), _encoding(raw)
    if b"\0" in raw:
        defect = "The row contains NUL."
    elif b"\r" in raw:
        defect = "The row contains a line break (CR)."
    if is_cut:
        defect = f"The row is longer than {LONGEST_LINE} bytes; only its beginning is kept here."
    return Line(number, text, defect)


def _encoding(raw: bytes) -> str:
    """Text in Chinese is two bytes a letter; a single high byte is some other encoding."""
    try:
        raw.decode("gb2312")
    except UnicodeDecodeError:
        return "The row is not UTF-8; save the file as UTF-8."
    return "The row is not UTF-8, it reads as GBK; save the file as UTF-8."
