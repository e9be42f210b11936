"""The text of a file as its sender encoded it."""

import codecs
import re

from koogallery.kit.language import gettext as _

from .texts import readable, refused

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")

#: Codecs of texts alone: others unpack, or cost more than their file is long.
_TEXT_CODECS = ("utf-8", "utf-16", "ascii", "iso8859", "cp125", "gb", "big5", "shift_jis", "euc_")

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE_UTF16 = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def xml_text(data: bytes) -> str:
    """Decoded as its mark or its declaration says, without either."""
    name, mark = _encoding(data)
    try:
        text = data[len(mark) :].decode(_text_codec(name))
    except UnicodeError:
        detail = _("The file is not encoded in %(encoding)s, as it says.") % {"encoding": name}
        raise refused("wrong_encoding", detail) from None
    declared = _DECLARATION.match(text)  # at its beginning alone: a search would cost its square
    return text[declared.end() :] if declared else text


def plain_text(data: bytes) -> str:
    """A file without a declaration: UTF-8, or else the Latin letters of Western banks."""
    return readable(_plain_text(data))


def _plain_text(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _encoding(data: bytes) -> tuple[str, bytes]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, mark
    for start, name in _BARE_UTF16:
        if data.startswith(start):
            return name, b""
    declared = _DECLARED.match(data.lstrip())
    return (declared.group(1).decode("ascii") if declared else "utf-8"), b""


def _text_codec(name: str) -> str:
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        codec = ""
    if not codec.startswith(_TEXT_CODECS):
        detail = _("The file is encoded in %(encoding)s, which is not read.") % {"encoding": name}
        raise refused("unknown_encoding", detail)
    return codec
