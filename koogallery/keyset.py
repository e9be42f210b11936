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
    """One column, then the primary key to tell equal rows apart. What is null is the greatest."""

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
        value: Any = reduce(getattr, self.column.split("__"), row)
        if value is not None:
            value = value.isoformat() if isinstance(value, datetime) else str(value)
        return [value, None if self.is_unique else row.pk]

    def after(self, position: Sequence[Any]) -> list[Q]:
        """Rows beyond this position: those of its kind, then those on the other side of null.

        Of those, the first condition lets an index find them.
        """
        value, pk = position
        beyond = "lt" if self.descending else "gt"
        if self.is_unique:
            return [Q(**{f"{self.column}__{beyond}": value})]
        null, tied = Q(**{f"{self.column}__isnull": True}), Q(**{f"pk__{beyond}": pk})
        if value is None:
            return [null & tied, ~null] if self.descending else [null & tied]
        there = Q(**{f"{self.column}__{beyond}e": value}) & (
            Q(**{f"{self.column}__{beyond}": value}) | tied
        )
        return [there] if self.descending else [there, null]


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
    parts = direction.after(position) if position else [Q()]
    if not any(each.null and each.name == ordering.column for each in rows.model._meta.fields):
        del parts[1:]
    found: list[Any] = []
    for part in parts:
        if len(found) <= size:
            found += rows.filter(part)[: size + 1 - len(found)]
    return Page.of(found, size, backwards=backwards, started=bool(position))
