"""A list page declares its columns: their headings, their order, what may be sorted."""

from dataclasses import dataclass
from typing import Literal

from django.http import QueryDict

from koogallery.languages import Text


@dataclass(frozen=True, slots=True)
class Column:
    """`sort` is the field the list is ordered by; `first` the direction of the first click."""

    label: Text
    sort: str = ""
    is_amount: bool = False
    is_instant: bool = False
    first: Literal["", "-"] = ""


@dataclass(frozen=True, slots=True)
class SortLink:
    address: str
    direction: Literal["ascending", "descending"] | None


def legal_orderings(columns: tuple[Column, ...]) -> frozenset[str]:
    return frozenset(
        f"{sign}{column.sort}" for column in columns if column.sort for sign in ("", "-")
    )


def sort_link(column: Column, query: QueryDict, ordering: str) -> SortLink | None:
    """The same list, sorted by this column; a second click turns the direction round."""
    if not column.sort:
        return None
    current = ordering.removeprefix("-") == column.sort
    descending = ordering.startswith("-")
    target = query.copy()
    for place in ("page", "before", "after"):
        target.pop(place, None)
    sign = ("" if descending else "-") if current else column.first
    target["sort"] = f"{sign}{column.sort}"
    direction: Literal["ascending", "descending"] = "descending" if descending else "ascending"
    return SortLink(f"?{target.urlencode()}", direction if current else None)
