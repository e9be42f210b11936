"""What a state means at a glance. A state declares its tone between its value and its label."""

from enum import StrEnum
from typing import Any, Self

from django.db.models import TextChoices


class Tone(StrEnum):
    """A turn warns whose it is, and only informs the other side; the rest looks alike to both."""

    NEUTRAL = "neutral"
    INFO = "info"
    WARNING = "warning"
    SUCCESS = "success"
    ERROR = "error"
    SELLERS_TURN = "sellers_turn"
    OPERATORS_TURN = "operators_turn"

    @property
    def for_sellers(self) -> "Tone":
        return _OF_SELLERS.get(self, self)

    @property
    def for_operators(self) -> "Tone":
        return _OF_OPERATORS.get(self, self)


_OF_SELLERS = {Tone.SELLERS_TURN: Tone.WARNING, Tone.OPERATORS_TURN: Tone.INFO}
_OF_OPERATORS = {Tone.SELLERS_TURN: Tone.INFO, Tone.OPERATORS_TURN: Tone.WARNING}


class State(TextChoices):
    """`next` are those that it may become; where nothing is declared, none."""

    tone: Tone
    next: frozenset[str]

    def __new__(cls, value: str, tone: Tone = Tone.NEUTRAL) -> Self:
        state = str.__new__(cls, value)
        state._value_ = value
        state.tone = tone
        state.next = frozenset()
        return state

    def becomes(self, *targets: "State") -> None:
        """Declare the legal moves from it."""
        self.next = frozenset(targets)


def tone_of(row: Any) -> Tone:
    """The tone of a row's state, or that which the row says itself."""
    tone: Tone = getattr(row, "tone", None) or row.STATES(row.state).tone
    return tone
