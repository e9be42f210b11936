"""What somebody was shown before they decided, so that they decide on exactly that."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from koogallery.kit.errors import Conflict
from koogallery.kit.language import gettext as _


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that is no longer as it was shown; "" where it was, or is, not there."""

    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Named texts, in the order they are shown. Two of the same digest say the same."""

    facts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, facts: Iterable[tuple[str, object]]) -> Self:
        return cls(tuple((name, str(value)) for name, value in facts))

    @classmethod
    def read(cls, text: str) -> Self:
        """What `written` wrote; nothing was shown by what cannot be read."""
        try:
            pairs = json.loads(text)
            return cls.of((str(name), value) for name, value in pairs)
        except (TypeError, ValueError):
            return cls(())

    @property
    def written(self) -> str:
        return json.dumps(self.facts, ensure_ascii=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.written.encode()).hexdigest()

    def changes_since(self, earlier: "Seen") -> list[Changed]:
        """What is different now, in the order of now; then what is gone."""
        was, now = dict(earlier.facts), dict(self.facts)
        names = [*now, *(name for name in was if name not in now)]
        return [
            Changed(name, was.get(name, ""), now.get(name, ""))
            for name in names
            if was.get(name) != now.get(name)
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
