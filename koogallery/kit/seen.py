"""What somebody was shown before they decided, so that they decide on exactly that.

What is compared is data: numbers, words of the vocabulary and exact amounts as canonical JSON. How
that reads is left to who shows it (koogallery/telling.py).
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, Self

from koogallery.kit.errors import Conflict
from koogallery.kit.figures import SHARES
from koogallery.kit.language import gettext as _
from koogallery.kit.money import format_exact

#: Names of what is money, wherever it is kept as a plain number.
AMOUNTS = frozenset(
    [
        *("amount", "balance", "closing_balance", "difference", "issued", "opening_balance"),
        *("outstanding", "settlement_amount", "tax"),
    ]
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


def is_amount(name: str, kept: Any) -> bool:
    return name in AMOUNTS and isinstance(kept, str) and bool(_NUMBER.match(kept))


def is_share(name: str, kept: Any) -> bool:
    return name.endswith(SHARES) and isinstance(kept, str) and bool(_NUMBER.match(kept))


class Fact(NamedTuple):
    """One thing that is shown; `of` tells which one of several it is: a cycle, a seller."""

    name: str
    value: Any
    of: str = ""


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """The same however many zeros it is kept with."""
    return {"amount": format_exact(amount, currency), "currency": currency}


def on_day(day: date) -> dict[str, str]:
    return {"day": day.isoformat()}


def money_change(before: Decimal, after: Decimal, currency: str) -> dict[str, object]:
    return change(money(before, currency), money(after, currency))


def change(before: object, after: object) -> dict[str, object]:
    return {"before": before, "after": after}


class Changed(NamedTuple):
    """One thing that is no longer as it was shown; None where it was, or is, not there."""

    name: str
    of: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Seen:
    """Facts, in the order they are shown. Two of the same digest say the same."""

    facts: tuple[Fact, ...]

    @classmethod
    def of(cls, facts: Iterable[tuple[Any, ...]]) -> Self:
        return cls.read(json.dumps([Fact(*fact) for fact in facts], default=str))

    @classmethod
    def read(cls, text: str) -> Self:
        """What `written` wrote; nothing was shown by what cannot be read."""
        try:
            return cls(
                tuple(Fact(str(name), value, str(of)) for name, value, of in json.loads(text))
            )
        except (RecursionError, TypeError, ValueError):
            return cls(())

    @property
    def written(self) -> str:
        return json.dumps(self.facts, ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.written.encode()).hexdigest()

    def changes_since(self, earlier: "Seen") -> list[Changed]:
        """What is different now, in the order of now; then what is gone."""
        was, now = (
            {(each.name, each.of): each.value for each in seen.facts} for seen in (earlier, self)
        )
        keys = [*now, *(key for key in was if key not in now)]
        return [
            Changed(*key, was.get(key), now.get(key))
            for key in keys
            if was.get(key) != now.get(key)
        ]


class ChangedSinceSeen(Conflict):
    """The decision was made on something else than what stands now; nothing was done."""

    default_code = "changed_since_seen"

    def __init__(self, now: Seen, *, rule: str) -> None:
        super().__init__(
            _("This is no longer what you were shown; read it again."), rule=rule, field="seen"
        )
        self.now = now


def require_seen(digest: str | None, now: Seen, *, rule: str) -> None:
    """Refuse a decision on another content; without a digest nobody says what they saw."""
    if digest is not None and digest != now.digest:
        raise ChangedSinceSeen(now, rule=rule)
