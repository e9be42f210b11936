"""Texts that fit where they go: cut, but never within a letter, and of characters XML can hold."""

import re
import unicodedata

#: As many characters as the schema allows.
NAME, REMITTANCE, ADDRESS_LINE = 140, 140, 70
ADDRESS_LINES = 2

_UNFIT_FOR_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
