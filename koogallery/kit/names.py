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

#: Seen as nothing, whatever Unicode counts it as: blanks, joiners, selectors, fillers, tags.
UNSEEN = (
    r"\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff0-\ufffc\U00013430-\U00013442\U00016fe4\U0001bca0-\U0001bca3\U0001d159"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: Signs that make no other name at its beginning or its end, as a point after it.
_AT_AN_END = (
    r"\u0021-\u0023\u0025-\u002a\u002c-\u002f\u003a\u003b\u003f\u0040\u005b-\u0060"
    r"\u007b-\u007e\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf\u055a-\u055f\u0589\u058a\u05be"
    r"\u05c0\u05c3\u05c6\u05f3\u05f4\u060c\u060d\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965"
    r"\u0e4f\u0e5a\u0e5b\u10fb\u1362-\u1368\u17d4-\u17d6\u2010-\u2027\u2030-\u205e"
    r"\u2308-\u230b\u27e6-\u27ef\u2983-\u2998\u2e00-\u2e5d\u3001-\u3003\u3008-\u3011"
    r"\u3014-\u301f\u3030\u303d\u30fb"
)
_UNSEEN_CHARACTER = re.compile(f"[{UNSEEN}]")
_SIGNS_AT_AN_END = re.compile(f"^[{_AT_AN_END}]+|[{_AT_AN_END}]+$")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL takes it as text."""
    return not _UNSTORABLE_TEXT.search(text)


def folded(name: str) -> str:
    """The same for two names that a reader takes for one, however they are written and spaced.

    Compatibility forms, case, blanks, what cannot be seen and signs around make no other name.
    `folded_name()` of the database says the same.
    """
    plain = plain_text(name)
    return unicodedata.normalize("NFKC", _SIGNS_AT_AN_END.sub("", plain) or plain)


def plain_text(text: str) -> str:
    """Its letters and signs without blanks, case and forms."""
    letters = unicodedata.normalize("NFKD", _seen(text)).casefold()
    return _seen(unicodedata.normalize("NFKC", letters))


def _seen(text: str) -> str:
    return _UNSEEN_CHARACTER.sub("", text)


def name_violations(field: str, name: str) -> list[Violation]:
    """A name is one line, without control characters, and can be seen (R1.8)."""
    if _UNFIT_NAME.search(name):
        detail = _("%(field)s is one line, without control characters.") % {"field": field}
        return [Violation(field, "not_one_line", detail, RULE)]
    if name and not _seen(name):
        detail = _("%(field)s holds nothing that can be seen.") % {"field": field}
        return [Violation(field, "unseen", detail, RULE)]
    return []


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
