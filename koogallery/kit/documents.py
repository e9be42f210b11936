"""What may be attached to a row: the types, told by name and content, and the size."""

import codecs
from collections.abc import Callable, Mapping
from types import MappingProxyType

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _

NAME_LENGTH = 120

ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."


def _starts_with(start: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(start)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _is_xml(content: bytes) -> bool:
    """In whatever encoding: it begins with a mark, or with its first bracket."""
    text = content.removeprefix(codecs.BOM_UTF8).lstrip()
    return text.startswith((b"<", b"\0<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


#: Ending of the name -> media type, and whether the content is of it.
TYPES: Mapping[str, tuple[str, Callable[[bytes], bool]]] = MappingProxyType(
    {
        "pdf": ("application/pdf", _starts_with(b"%PDF-")),
        "png": ("image/png", _starts_with(b"\x89PNG\r\n\x1a\n")),
        "jpg": ("image/jpeg", _starts_with(b"\xff\xd8\xff")),
        "jpeg": ("image/jpeg", _starts_with(b"\xff\xd8\xff")),
        "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _starts_with(ZIP)),
        "docx": (f"{_OFFICE}wordprocessingml.document", _starts_with(ZIP)),
        "csv": ("text/csv", _is_text),
        "txt": ("text/plain", _is_text),
        "xml": ("application/xml", _is_xml),
    }
)


def tidy_name(name: str) -> str:
    """The last part of a path, without what no file system or header takes; its ending stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(each for each in last if each.isprintable() and each not in '<>:"|?*').strip()
    stem, dot, ending = shown.rpartition(".")
    room = NAME_LENGTH - len(dot) - len(ending)
    return f"{stem[: max(room, 0)]}{dot}{ending}"[:NAME_LENGTH]


def media_type_of(name: str) -> str:
    return TYPES[_ending(name)][0]


def document_violations(name: str, content: bytes, *, most_bytes: int) -> list[Violation]:
    """By its ending it is of a known type, by its content of that one; and it is not too large."""
    if not content:
        return [Violation("content", "empty_document", _("The file is empty."))]
    if len(content) > most_bytes:
        detail = _("The file has more than %(size)s MB.") % {
            "size": f"{most_bytes / 1024 / 1024:.3g}"
        }
        return [Violation("content", "document_too_large", detail)]
    if _ending(name) not in TYPES:
        detail = _("Attach a file of these types: %(types)s.") % {"types": ", ".join(TYPES)}
        return [Violation("name", "unknown_document_type", detail)]
    if not TYPES[_ending(name)][1](content):
        detail = _("The content is not what .%(ending)s files hold.") % {"ending": _ending(name)}
        return [Violation("content", "content_of_another_type", detail)]
    return []


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()
