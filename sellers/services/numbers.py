"""Numbers for what came without one, beside numbers that were given in feeds and calls."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from django.db.models import QuerySet

from koogallery.numbering import next_numbers


class Numbered(Protocol):
    @property
    def number(self) -> str: ...


Row = TypeVar("Row", bound=Numbered)


def numbered(rows: Sequence[Row], taken_by: QuerySet[Any], prefix: str) -> list[Row]:
    """The rows, each with the number it was given or else the next free one."""
    given = {row.number for row in rows}
    free = iter(_free(taken_by, prefix, sum(not row.number for row in rows), given))
    return [row if row.number else _with(row, number=next(free)) for row in rows]


def _free(taken_by: QuerySet[Any], prefix: str, count: int, given: Collection[str]) -> list[str]:
    """Neither on a row already nor given to one that is on its way."""
    free: list[str] = []
    while len(free) < count:
        drawn = next_numbers(prefix, count - len(free))
        rows = taken_by.filter(number__in=drawn)
        taken = {*given, *rows.values_list("number", flat=True)}
        free += [number for number in drawn if number not in taken]
    return free


def _with(row: Row, **changes: Any) -> Row:
    changed: Row = replace(row, **changes)  # type: ignore[type-var]
    return changed
