"""Refusals. The API turns one into a problem document, a page into a form error."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule of one field, so that a caller can be told all of them at once."""

    field: str  # dotted path, e.g. "records.3.quantity"; "" for the whole object
    code: str
    detail: str
    rule: str = ""


class DomainError(Exception):
    """A business refusal: expected, named, and never a crash."""

    status: ClassVar[int] = 400  # a hint for HTTP interfaces
    default_code: ClassVar[str] = "refused"
    wait: ClassVar[int | None] = None  # seconds after which the same may be accepted

    def __init__(self, detail: str, *, code: str = "", rule: str = "", field: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.rule = rule
        self.field = field
        self.violations: tuple[Violation, ...] = (Violation(field, self.code, detail, rule),)

    @classmethod
    def of(cls, violations: Sequence[Violation]) -> Self:
        """One refusal that names every violation; code, rule and field are the first one's."""
        first = violations[0]
        detail = " ".join(dict.fromkeys(violation.detail for violation in violations))
        error = cls(detail, code=first.code, rule=first.rule, field=first.field)
        error.violations = tuple(violations)
        return error


class InvalidInput(DomainError):
    """What was sent cannot be accepted in any state."""

    status = 422
    default_code = "invalid"


class Forbidden(DomainError):
    """The caller may see this but not do it."""

    status = 403
    default_code = "forbidden"


class NotFound(DomainError):
    """It does not exist, or not for this caller.

    `named` is the number that was asked for.
    """

    status = 404
    default_code = "not_found"

    def __init__(self, detail: str, *, named: str = "", **about: str) -> None:
        super().__init__(detail, **about)
        self.named = named


class Conflict(DomainError):
    """Right in itself, but not in the present state."""

    status = 409
    default_code = "conflict"


class IllegalTransition(Conflict):
    """The declared moves do not lead from here to there."""

    default_code = "illegal_transition"


class Busy(Conflict):
    """Somebody else holds what this needs; nothing was done."""

    default_code = "busy"
    wait = 2


class Unavailable(DomainError):
    """What the portal stands on does not answer just now; nothing was done."""

    status = 503
    default_code = "unavailable"
    wait = 5


def refuse(violations: Sequence[Violation]) -> None:
    """Raise one `InvalidInput` for all of them, or nothing when there is none."""
    if violations:
        raise InvalidInput.of(violations)
