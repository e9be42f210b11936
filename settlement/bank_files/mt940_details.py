"""What field 86 of MT940 says, in the three ways banks write it.

German banks split it into numbered subfields with keywords of SEPA (`?20EREF+…?21SVWZ+…`), others
set off keywords by slashes (`/EREF/…/REMI/…`), the rest write plain text.
"""

import re
from dataclasses import dataclass

_SUBFIELDS = re.compile(r"(\d{3})\?(?=\d\d)")
_SUBFIELD = re.compile(r"\?(\d\d)([^?]*)")
_PURPOSE = {*range(20, 30), *range(60, 64)}
_KEYWORDS = "EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|RREF|IBAN|BIC|PURP|RTRN"
_PLUS = re.compile(rf"({_KEYWORDS})\+((?:(?!(?:{_KEYWORDS})\+).)*)")
_SLASH = re.compile(r"/([A-Z]{3,4})/((?:(?!/[A-Z]{3,4}/).)*)")
_REASON = re.compile(r"\b([A-Z]{2}\d{2}|[A-Z]{4})\b")

#: Transfers that came back, as German banks number kinds of movements.
_RETURNS = {"108", "109", "159", "184", "185"}

#: A return whose reason is told in words alone (ISO 20022).
NARRATIVE = "NARR"


@dataclass(frozen=True, slots=True)
class Details:
    text: str
    end_to_end_id: str = ""
    name: str = ""
    account: str = ""
    return_reason: str = ""


def details_of(field: str) -> Details:
    lines = field.split("\n")
    joined = "".join(lines)
    if kind := _SUBFIELDS.match(joined):
        return _numbered(kind.group(1), joined)
    said = dict(_SLASH.findall(joined))
    return Details(
        text=" ".join(said.get("REMI", " ".join(lines)).split()),
        end_to_end_id=_reference(said.get("EREF", "")),
        name=said.get("NAME", "").strip(),
        account=said.get("IBAN", "").replace(" ", ""),
        return_reason=_reason(said.get("RTRN", "")),
    )


def _numbered(kind: str, field: str) -> Details:
    parts = {int(number): text for number, text in _SUBFIELD.findall(field)}
    purpose = "".join(text for number, text in sorted(parts.items()) if number in _PURPOSE)
    said = dict(_PLUS.findall(purpose))
    reason = _reason(said.get("RTRN", ""))
    return Details(
        text=" ".join(said.get("SVWZ", purpose).split()),
        end_to_end_id=_reference(said.get("EREF", "")),
        name=(parts.get(32, "") + parts.get(33, "")).strip(),
        account=parts.get(31, "").replace(" ", ""),
        return_reason=reason or (NARRATIVE if kind in _RETURNS else ""),
    )


def _reference(text: str) -> str:
    """Lines end where they are full, so blanks in a reference are the bank's."""
    bare = "".join(text.split()).strip("/")
    return "" if bare in {"NOTPROVIDED", "NONREF"} else bare


def _reason(text: str) -> str:
    found = _REASON.search(text)
    return found.group(1) if found else ""
