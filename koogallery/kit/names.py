"""Names and texts as people write them: what they may hold, and when two names are the same."""

import re
import unicodedata

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _

RULE = "R1.8"

#: As many characters as a reason, a comment, an answer or a description may have.
TEXT_LENGTH = 2000

#: What stands in no name, as a class of a regular expression, in Python's and PostgreSQL's syntax:
#: control characters, separators of lines and paragraphs, what turns the direction of a text.
UNFIT_FOR_NAMES = r"\u0001-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
#: Texts may have several lines and tabs, otherwise the same.
UNFIT_FOR_TEXTS = r"\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069"

#: Neither can be stored: NUL, and half of a surrogate pair.
_UNSTORABLE = r"\u0000\ud800-\udfff"
_UNSTORABLE_TEXT = re.compile(f"[{_UNSTORABLE}]")
_UNFIT_NAME = re.compile(f"[{UNFIT_FOR_NAMES}{_UNSTORABLE}]")
_UNFIT_TEXT = re.compile(f"[{UNFIT_FOR_TEXTS}{_UNSTORABLE}]")

#: Seen as nothing, though Unicode counts them as marks or letters: joiners, selectors, fillers.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}


def is_storable(text: str) -> bool:
    """Whether PostgreSQL takes it as text."""
    return not _UNSTORABLE_TEXT.search(text)


def folded(name: str) -> str:
    """The same for two names that a reader takes for one, however they are written and spaced.

    Compatibility forms, case, blanks and what cannot be seen make no other name (NFKC, case fold).
    """
    seen = "".join(each for each in name if not _is_invisible(each))
    composed = unicodedata.normalize("NFKC", seen).casefold()
    plain = "".join(each for each in composed if not _is_invisible(each))
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def _is_invisible(character: str) -> bool:
    return character in _INVISIBLE or unicodedata.category(character) == "Cf"


def name_violations(field: str, name: str) -> list[Violation]:
    """A name is one line, without control characters (R1.8)."""
    if not _UNFIT_NAME.search(name):
        return []
    detail = _("%(field)s is one line, without control characters.") % {"field": field}
    return [Violation(field, "not_one_line", detail, RULE)]


def text_violations(field: str, text: str) -> list[Violation]:
    """A text has at most so many characters, and none that only steer a printer (R1.8)."""
    if len(text) > TEXT_LENGTH:
        detail = _("%(field)s has more than %(length)s characters.") % {
            "field": field,
            "length": TEXT_LENGTH,
        }
        return [Violation(field, "too_long", detail, RULE)]
    if _UNFIT_TEXT.search(text):
        detail = _("%(field)s holds control characters.") % {"field": field}
        return [Violation(field, "control_characters", detail, RULE)]
    return []
