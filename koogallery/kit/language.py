"""Texts in their reader's language, for code that does not know Django.

A rule marks what it says with `gettext`; whoever starts the portal binds these functions to the
real ones (koogallery/apps.py). Unbound they answer in English, so rules need nothing to be tested.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d\Z")


def _english(message: str) -> str:
    return message


def _as_written(instant: str) -> str:
    return instant


def _english_number(singular: str, plural: str, number: int) -> str:
    return singular if number == 1 else plural


@dataclass(slots=True)
class _Tongue:
    gettext: Callable[[str], str] = _english
    ngettext: Callable[[str, str, int], str] = _english_number
    instant: Callable[[str], str] = _as_written


_tongue = _Tongue()


def bind(
    gettext: Callable[[str], str],
    ngettext: Callable[[str, str, int], str],
    instant: Callable[[str], str] = _as_written,
) -> None:
    """From now on ask these; they know whose language is meant, and how it writes an instant."""
    _tongue.gettext, _tongue.ngettext, _tongue.instant = gettext, ngettext, instant


def gettext(message: str) -> str:
    """The message in the reader's language, its placeholders still to be filled."""
    return _tongue.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The same for a message that counts something."""
    return _tongue.ngettext(singular, plural, number)


def marked(message: str) -> str:
    """The message itself, listed for translation: what a table holds and `gettext` says later."""
    return message


def marked_number(singular: str, plural: str) -> tuple[str, str]:
    """Both forms of a message that counts something, for `ngettext` to say later."""
    return singular, plural


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message with its values beside it: what is stored is told in the language it is read in.

    A value that is itself a listed text ("professional service") is translated with it, and an
    instant ("2026-02-01 00:00", koogallery/kit/figures.py) is written as its reader writes it.
    """

    message: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        told = {name: _told(value) for name, value in self.values.items()}
        return gettext(self.message) % told

    @property
    def kept(self) -> str:
        """As it is stored in a column of text."""
        return json.dumps([self.message, dict(self.values)], ensure_ascii=False)

    @classmethod
    def read(cls, kept: str) -> "Sentence":
        """What was stored; a text from before sentences were is told as it stands."""
        return cls(*json.loads(kept)) if kept.startswith("[") else cls("%(text)s", {"text": kept})

    @property
    def english(self) -> str:
        return self.message % self.values


def _told(value: str) -> str:
    """Of an empty message a catalogue knows its own header."""
    if not value:
        return value
    return _tongue.instant(value) if _INSTANT.match(value) else gettext(value)


def paragraph(sentences: Iterable[object]) -> str:
    """One after the other, with or without a space between them, as the language has it."""
    return reduce(_followed_by, map(str, sentences))


def _followed_by(first: str, second: str) -> str:
    return gettext("%(first)s %(second)s") % {"first": first, "second": second}
