"""The business terms of EN 16931 by their numbers, in words that people know (R8.3)."""

from collections.abc import Mapping
from types import MappingProxyType

from koogallery.kit.errors import InvalidInput, Violation
from koogallery.kit.language import gettext as _
from koogallery.kit.language import marked

RULE = "R8.3"

#: Where nothing more exact is known.
WHOLE_FILE = "file"

TERMS: Mapping[str, str] = MappingProxyType(
    {
        "BT-1": marked("invoice number"),
        "BT-2": marked("issue date"),
        "BT-3": marked("invoice type"),
        "BT-5": marked("invoice currency"),
        "BT-27": marked("seller name"),
        "BT-31": marked("seller VAT number"),
        "BT-44": marked("buyer name"),
        "BT-48": marked("buyer VAT number"),
        "BT-84": marked("payment account"),
        "BT-85": marked("holder of the payment account"),
        "BT-86": marked("SWIFT code of the payment account"),
        "BT-109": marked("total without VAT"),
        "BT-110": marked("total VAT"),
        "BT-112": marked("total with VAT"),
        "BT-113": marked("amount paid in advance"),
        "BT-115": marked("amount due for payment"),
        "BT-116": marked("net amount at a rate of VAT"),
        "BT-117": marked("VAT at a rate"),
        "BT-119": marked("rate of VAT"),
        "BG-23": marked("VAT per rate"),
    }
)


def named(term: str) -> str:
    """BT-44 (buyer name)."""
    return f"{term} ({_(TERMS[term])})"


def wrong(code: str, detail: str, term: str) -> Violation:
    """`detail` goes on after the name of the term."""
    return Violation(term, code, f"{named(term)}: {detail}", RULE)


def refused(code: str, detail: str, term: str = WHOLE_FILE) -> InvalidInput:
    if term == WHOLE_FILE:
        return InvalidInput(detail, code=code, rule=RULE, field=term)
    return InvalidInput.of([wrong(code, detail, term)])
