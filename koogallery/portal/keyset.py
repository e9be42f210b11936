"""Paging by the last row seen: page 2,000 of a long list costs as much as page 1."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Model, Q, QuerySet
from django.http import QueryDict

#: Digits of a key that fits PostgreSQL's integer.
KEY_DIGITS = 9
#: Digits of an id that fits PostgreSQL's bigint.
ID_DIGITS = 18
#: Between the two halves of a place in a sorted list; ids have none, values may.
SEPARATOR = "~"

Row = TypeVar("Row", bound=Model)
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Shown]):
    """`before` and `after` are the keys the neighbouring pages start from, None at an end."""

    rows: list[Shown]
    before: Any
    after: Any


def keyset_page(rows: QuerySet[Row], query: QueryDict, *, key: str, size: int) -> KeysetPage[Row]:
    """The page that `?after=` or `?before=` asks for; an unreadable key means the first page."""
    before, after = _key(query, "before"), _key(query, "after")
    if before is not None:
        found = list(rows.filter(**{f"{key}__lt": before}).order_by(f"-{key}")[: size + 1])
        return _page(found[:size][::-1], key, earlier=len(found) > size, later=True)
    if after is not None:
        rows = rows.filter(**{f"{key}__gt": after})
    found = list(rows.order_by(key)[: size + 1])
    return _page(found[:size], key, earlier=after is not None, later=len(found) > size)


def sorted_page(
    rows: QuerySet[Row], query: QueryDict, *, ordering: str, size: int
) -> KeysetPage[Row]:
    """The same for a list sorted by any column that is never null; equal values by their id."""
    column = ordering.removeprefix("-")
    descending = ordering.startswith("-")
    field = _column(rows, column)
    before, after = _place(query, "before", field), _place(query, "after", field)
    backwards = before is not None
    start = before if backwards else after
    falling = descending != backwards
    if start is not None:
        rows = rows.filter(_beyond(column, *start, falling=falling))
    by = F(column).desc() if falling else F(column).asc()
    found = list(rows.order_by(by, "-pk" if falling else "pk")[: size + 1])
    more, shown = len(found) > size, found[:size]
    earlier, later = (more, True) if backwards else (after is not None, more)
    shown = shown[::-1] if backwards else shown
    if not shown:
        return KeysetPage(shown, None, None)
    return KeysetPage(
        shown,
        before=_place_of(shown[0], field) if earlier else None,
        after=_place_of(shown[-1], field) if later else None,
    )


def _column(rows: QuerySet[Any], name: str) -> "Field[Any, Any]":
    """A column of the list's own, or one that it reckons beside them."""
    reckoned = rows.query.annotations.get(name)
    if reckoned is not None:
        field: Field[Any, Any] = reckoned.output_field
        field.set_attributes_from_name(name)
        return field
    own = rows.model._meta.get_field(name)
    assert isinstance(own, Field), "lists are sorted by columns of their own"
    return own


def _beyond(column: str, value: Any, pk: int, *, falling: bool) -> Q:
    side = "lt" if falling else "gt"
    return Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": pk})


def _place(query: QueryDict, name: str, field: "Field[Any, Any]") -> tuple[Any, int] | None:
    value, _, pk = query.get(name, "").rpartition(SEPARATOR)
    if not (pk.isascii() and pk.isdigit() and len(pk) <= ID_DIGITS):
        return None
    try:
        return field.to_python(value), int(pk)
    except ValidationError:
        return None


def _place_of(row: Model, field: "Field[Any, Any]") -> str:
    return f"{field.value_to_string(row)}{SEPARATOR}{row.pk}"


def _key(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= KEY_DIGITS else None


def _page(rows: list[Row], key: str, *, earlier: bool, later: bool) -> KeysetPage[Row]:
    if not rows:
        return KeysetPage(rows, None, None)
    return KeysetPage(
        rows,
        before=getattr(rows[0], key) if earlier else None,
        after=getattr(rows[-1], key) if later else None,
    )
