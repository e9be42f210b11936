"""Texts that fit where they go: cut, but never within a letter, and of characters XML can hold.

How a bank's file is refused: what is wrong, and where in the file.
"""

import re
import unicodedata

from koogallery.kit.errors import InvalidInput
from koogallery.kit.names import UNFIT_FOR_NAMES

RULE = "R8.2"

#: Where nothing more exact is known.
WHOLE_FILE = "file"


def refused(code: str, detail: str, where: str = WHOLE_FILE) -> InvalidInput:
    return InvalidInput(detail, code=code, field=where, rule=RULE)


#: As many characters as the schema allows.
NAME, REMITTANCE, ADDRESS_LINE = 140, 140, 70
#: As many as SEPA's rules allow of a name, half of the schema's.
SEPA_NAME = 70
ADDRESS_LINES = 2

#: What steers a printer or cannot be stored; lines end as they do.
_CONTROLS = re.compile(rf"(?![\t\n\r])[\u0000\ud800-\udfff{UNFIT_FOR_NAMES}]")
_UNFIT_FOR_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def readable(text: str) -> str:
    """What a bank wrote, without signs that are no text."""
    return _CONTROLS.sub(" ", text)


def one_line(text: str | None) -> str:
    return " ".join(readable(text or "").split())


def cut(text: str, length: int) -> str:
    """One line of at most so many characters; a letter keeps its marks or is left out."""
    plain = " ".join(_UNFIT_FOR_XML.sub(" ", unicodedata.normalize("NFC", text)).split())
    end = min(len(plain), length)
    while 0 < end < len(plain) and _joins(plain[end]):
        end -= 1
    return plain[:end].strip()


def lines_of(text: str) -> list[str]:
    """Lines of an address; what does not fit in them is left out."""
    lines: list[str] = []
    while (rest := cut(text, len(text))) and len(lines) < ADDRESS_LINES:
        line = cut(rest, ADDRESS_LINE)
        if not line:
            break
        lines.append(line)
        text = rest[len(line) :]
    return lines


def _joins(character: str) -> bool:
    """Marks and joiners belong to the letter before them."""
    return unicodedata.category(character).startswith("M") or character == "\u200d"
