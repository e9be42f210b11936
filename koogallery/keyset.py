"""Paging by the last row seen: rows that arrive shift nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row")

#: Columns that tell the rows of a list apart by themselves; `line_no` those of one bill.
UNIQUE = frozenset({"pk", "id", "number", "line_no"})


@dataclass(frozen=True, slots=True)
class Ordering:
    """One column that is never null, then the primary key to tell equal rows apart."""

    column: str
    descending: bool

    @classmethod
    def parse(cls, text: str) -> "Ordering":
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.column}"

    @property
    def is_unique(self) -> bool:
        return self.column in UNIQUE

    def columns(self) -> list[str]:
        names = [self.column] if self.is_unique else [self.column, "pk"]
        return [f"-{name}" if self.descending else name for name in names]

    def reversed(self) -> "Ordering":
        return Ordering(self.column, not self.descending)

    def position_of(self, row: Model) -> list[Any]:
        value = reduce(getattr, self.column.split("__"), row)
        written = value.isoformat() if isinstance(value, datetime) else str(value)
        return [written, None if self.is_unique else row.pk]

    def after(self, position: Sequence[Any]) -> Q:
        """Rows beyond this position; the first condition lets an index find them."""
        value, pk = position
        beyond = "lt" if self.descending else "gt"
        if self.is_unique:
            return Q(**{f"{self.column}__{beyond}": value})
        return Q(**{f"{self.column}__{beyond}e": value}) & (
            Q(**{f"{self.column}__{beyond}": value}) | Q(**{f"pk__{beyond}": pk})
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in the list's order, and whether there are others on either side."""

    rows: list[Row]
    has_previous: bool
    has_next: bool

    @classmethod
    def of(cls, found: list[Row], size: int, *, backwards: bool, started: bool) -> "Page[Row]":
        """From one row more than it holds; `backwards` they were found from its end.

        `started` says that the page begins, or backwards ends, beside a row already seen.
        """
        rows, more = found[:size], len(found) > size
        if backwards:
            return cls(rows[::-1], has_previous=more, has_next=started)
        return cls(rows, has_previous=started, has_next=more)


def page_of(
    rows: QuerySet[Any],
    ordering: Ordering,
    size: int,
    position: Sequence[Any] = (),
    *,
    backwards: bool = False,
) -> Page[Any]:
    """The page after a position, or the one that ends before it; without one the first or last."""
    direction = ordering.reversed() if backwards else ordering
    rows = rows.order_by(*direction.columns())
    if position:
        rows = rows.filter(direction.after(position))
    return Page.of(list(rows[: size + 1]), size, backwards=backwards, started=bool(position))
