"""Which e-mail addresses are taken: those that a message can really be addressed to."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Final

LONGEST: Final = 254
_FORM: Final = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]+\.[!-?A-~]{2,}")
#: Where a header's encoded word begins: what it hides is read by mail programs, not by people.
_ENCODED: Final = "=?"


def mask_address(text: str) -> str:
    """As logs and records say it: whose server, not whose box."""
    box, at, server = text.rpartition("@")
    return f"{box[:1]}…@{server}" if at else text and "…"


def is_mail_address(text: str) -> bool:
    """One plain address: no name beside it, no second one, nothing a header reads otherwise."""
    if len(text) > LONGEST or not _FORM.fullmatch(text) or _ENCODED in text:
        return False
    try:
        return Address(addr_spec=text).addr_spec == text
    except (HeaderParseError, ValueError, IndexError):
        return False
