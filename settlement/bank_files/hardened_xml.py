"""XML of strangers, read without anything that XML can do beyond elements and text."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree

from koogallery.kit.language import gettext as _
from koogallery.kit.money import AMOUNT_LIMIT

from .encodings import xml_text
from .texts import one_line, refused

Element = etree._Element  # noqa: SLF001, lxml's type has no other name

#: More elements than the longest statement of a day; each costs memory.
MOST_TAGS = 3_000_000

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,5})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_CURRENCY = re.compile(r"[A-Z]{3}")


def parse(data: bytes) -> Element:
    """The root, its tags without namespaces. A document type, and so any entity, is refused."""
    text = xml_text(data)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        detail = _("The file declares a document type or entities; no bank's file does.")
        raise refused("document_type", detail)
    if text.count("<") > MOST_TAGS:
        raise refused("too_many_elements", _("The file has too many elements."))
    try:
        root = etree.fromstring(text.encode(), _parser())
    except etree.XMLSyntaxError as error:
        line, _column = error.position
        detail = _("The file is no XML: line %(line)s.") % {"line": line}
        raise refused("no_xml", detail, f"line {line}") from None
    for element in root.iter():
        element.tag = etree.QName(element).localname
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def where(element: Element) -> str:
    """Its place as a person finds it: Stmt[2]/Ntry[17]/Amt. Counts what lies before it."""
    path = str(element.getroottree().getpath(element))
    return path.removeprefix("/").partition("/")[2] or path.removeprefix("/")


def text_of(element: Element, *paths: str) -> str:
    """The text of the first of these that says something."""
    for path in paths:
        found = one_line(element.findtext(path))
        if found:
            return found
    return ""


def texts_of(element: Element, path: str) -> Iterator[str]:
    for found in element.iterfind(path):
        if text := one_line(found.text):
            yield text


def signed(element: Element) -> tuple[Decimal, str]:
    """The amount of an element that says beside it whether it is a credit or a debit."""
    amount, currency = amount_of(element, "Amt")
    sign = text_of(element, "CdtDbtInd")
    if sign not in {"CRDT", "DBIT"}:
        detail = _("Neither a credit nor a debit: %(text)s.") % {"text": repr(sign)}
        raise refused("no_direction", detail, f"{where(element)}/CdtDbtInd")
    return (amount if sign == "CRDT" else -amount), currency


def amount_of(element: Element, path: str) -> tuple[Decimal, str]:
    found = element.find(path)
    text = "" if found is None else (found.text or "").strip()
    if not _AMOUNT.fullmatch(text) or Decimal(text) >= AMOUNT_LIMIT:
        detail = _("No amount: %(text)s.") % {"text": repr(text[:40])}
        raise refused("no_amount", detail, _where_in(element, path))
    currency = "" if found is None else found.get("Ccy", "").strip()
    if not _CURRENCY.fullmatch(currency):
        detail = _("No currency: %(text)s.") % {"text": repr(currency[:40])}
        raise refused("no_currency", detail, _where_in(element, path))
    return Decimal(text), currency


def _where_in(element: Element, path: str) -> str:
    found = element.find(path)
    return f"{where(element)}/{path}" if found is None else where(found)


def day_of(element: Element, path: str) -> date | None:
    """A day, also where it is given with its hour: the bank's own clock."""
    text = text_of(element, f"{path}/Dt", f"{path}/DtTm")
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10] if _DAY.match(text) else "")
    except ValueError:
        detail = _("No day: %(text)s.") % {"text": repr(text[:40])}
        raise refused("no_day", detail, f"{where(element)}/{path}") from None
