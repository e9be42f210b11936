"""The XML of an e-invoice: the file itself, or what a hybrid PDF carries (R8.3)."""

from collections.abc import Iterator
from io import BytesIO

from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import gettext as _
from settlement.bank_files.hardened_xml import Element, parse

from .terms import refused

#: What hybrid PDFs call their invoice: Factur-X, ZUGFeRD 1 and 2, XRechnung.
CARRIED = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")

#: More than any invoice says; a file of this size is parsed in seconds.
MOST_BYTES = 10 * 1024 * 1024


def invoice_of(data: bytes) -> Element:
    """The root of its XML, its tags without namespaces."""
    _require_readable(data)
    xml = carried_by(data) if is_pdf(data) else data
    try:
        return parse(xml)
    except InvalidInput as refusal:
        detail = refusal.detail
        if refusal.code == "document_type":
            detail = _("The file declares a document type or entities; no e-invoice does.")
        raise refused(refusal.code, detail) from None


def is_pdf(data: bytes) -> bool:
    return data.startswith(b"%PDF-")


def carried_by(pdf: bytes) -> bytes:
    try:
        carried = dict(_attached(pdf))
    except Exception:  # noqa: BLE001 - a stranger's PDF breaks in more ways than its reader names
        raise refused("unreadable_pdf", _("The PDF cannot be read.")) from None
    for name in CARRIED:
        if name in carried:
            _require_readable(carried[name])
            return carried[name]
    detail = _("The PDF carries no e-invoice; a hybrid one has %(names)s within it.")
    raise refused("no_invoice_in_pdf", detail % {"names": ", ".join(CARRIED)})


def _attached(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    from pypdf import PdfReader  # noqa: PLC0415  # takes longer to load than the rest together

    for each in PdfReader(BytesIO(pdf)).attachment_list:
        if (name := each.name.lower()) in CARRIED:
            yield name, each.content


def _require_readable(data: bytes) -> None:
    if not data.strip():
        raise refused("empty_document", _("The file is empty."))
    if len(data) > MOST_BYTES:
        detail = _("The file has more than %(size)s MB.") % {"size": MOST_BYTES // 1024 // 1024}
        raise refused("document_too_large", detail)
