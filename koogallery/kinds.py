"""What can happen to a seller or a customer: the kinds of notices and the facts they carry (R10).

Each app registers its own in its `kinds`, which is imported when Django is ready. A notice
stores its kind and its facts alone; the texts here turn them into what a reader reads, in the
reader's language.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise

from koogallery.dates import cycle_label, day_text, instant_text
from koogallery.kit.figures import money_text
from koogallery.kit.money import format_amount
from koogallery.settlement_time import ZONE

#: A text, or one that is translated when it is read.
Text = str | Promise

CURRENCY = "currency"


def _as_text(value: Any, _: str) -> str:
    """Of a row: its number."""
    return str(getattr(value, "number", value))


def _as_iso(value: date, _: str) -> str:
    return value.isoformat()


@dataclass(frozen=True, slots=True)
class Form:
    """How a fact is stored, in words for those who read events, and how people are told it.

    `store` and `write` are given the value, as it is and as it is stored, and the currency of the
    notice; `schema` describes the value in the published description of the API.
    """

    stored: str
    write: Callable[[Any, str], str]
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"}, compare=False)
    store: Callable[[Any, str], Any] = _as_text


def _write_instant(value: str, _: str) -> str:
    try:
        return f"{instant_text(datetime.fromisoformat(value))} ({ZONE})"
    except ValueError:
        return value  # of the time when facts were stored as they were told


def _write_word(words: Mapping[str, Text], value: str, _: str) -> str:
    return str(words.get(value, value))


TEXT = Form("text", lambda value, _: str(value))
NUMBER = Form("public number", lambda value, _: str(value))
CYCLE = Form(
    "cycle, YYYYMM",
    lambda value, _: cycle_label(value),
    {"type": "string", "pattern": "^[0-9]{6}$"},
)
INSTANT = Form(
    "instant, ISO 8601", _write_instant, {"type": "string", "format": "date-time"}, _as_iso
)
DAY = Form(
    "day, ISO 8601",
    lambda value, _: day_text(date.fromisoformat(value)),
    {"type": "string", "format": "date"},
    _as_iso,
)
AMOUNT = Form(
    "amount, decimal string in `currency`",
    lambda value, currency: money_text(Decimal(value), currency),
    {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$"},
    format_amount,
)


def one_of(words: Mapping[str, Text]) -> Form:
    """A word of a vocabulary, told as these texts tell it."""
    return Form(
        "one of " + ", ".join(f"`{word}`" for word in words),
        partial(_write_word, words),
        {"type": "string", "enum": list(words)},
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """`page` is the console's page and `collection` the API's list of what a number names."""

    label: Text
    form: Form = TEXT
    page: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """`facts` in the order they are read; those in `optional` are not always known.

    `label` is what people call it, who choose among kinds; `topic` groups them. `subject` has its
    facts as `%(name)s`.
    `page` is the console's page of the seller itself, for a kind whose facts have none;
    `to_customer` what a customer who is told reads, with its facts.
    """

    name: str
    topic: Text
    label: Text
    subject: Text
    sentence: Text
    facts: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    page: str = ""
    to_customer: Text = ""

    @property
    def has_amounts(self) -> bool:
        return any(_FACTS[name].form is AMOUNT for name in self.facts)


_KINDS: dict[str, Kind] = {}
_FACTS: dict[str, Fact] = {}

#: Every kind and every fact registered, by name.
KINDS: Mapping[str, Kind] = MappingProxyType(_KINDS)
FACTS: Mapping[str, Fact] = MappingProxyType(_FACTS)


def register(kinds: Iterable[Kind], facts: Mapping[str, Fact]) -> None:
    """Make kinds known. A fact of the same name means the same in every app, or it is refused."""
    for name, fact in facts.items():
        assert _FACTS.setdefault(name, fact) == fact, f"another fact is called {name}"
    for kind in kinds:
        assert set(kind.facts) <= set(_FACTS), f"{kind.name} has facts nobody registered"
        assert kind.optional <= set(kind.facts), f"{kind.name} has options that are no facts of it"
        assert _KINDS.setdefault(kind.name, kind) == kind, f"another kind is called {kind.name}"


def topics() -> dict[str, list[Kind]]:
    """The kinds by what they are about, in the order they were registered."""
    grouped: dict[str, list[Kind]] = {}
    for kind in KINDS.values():
        grouped.setdefault(str(kind.topic), []).append(kind)
    return grouped
