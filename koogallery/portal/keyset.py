"""Where a page of a list starts, as its address says: `?after=` or `?before=` a row, or the end."""

import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import CompositePrimaryKey, Field, ForeignKey, QuerySet
from django.http import QueryDict

from koogallery.keyset import Ordering, page_of

#: Between the two halves of a place in a sorted list; ids have none, values may.
SEPARATOR = "~"
#: Stands for the place behind the last row.
END = SEPARATOR

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Shown]):
    """`before` and `after` are the places the neighbouring pages start from, None at an end."""

    rows: list[Shown]
    before: str | None
    after: str | None


def sorted_page(
    rows: QuerySet[Any], query: QueryDict, *, ordering: str, size: int
) -> KeysetPage[Any]:
    """The page that the address asks for; an unreadable place means the first page."""
    order = Ordering.parse(ordering)
    before, after = (_position(rows, query.get(side, ""), order) for side in ("before", "after"))
    backwards = bool(before) or query.get("before") == END
    page = page_of(rows, order, size, before or after, backwards=backwards)
    if not page.rows:
        return KeysetPage([], None, None)
    return KeysetPage(
        page.rows,
        before=_place(order, page.rows[0]) if page.has_previous else None,
        after=_place(order, page.rows[-1]) if page.has_next else None,
    )


def _place(order: Ordering, row: Any) -> str:
    value, pk = order.position_of(row)
    written = "" if value is None else str(value)
    return written if order.is_unique else f"{written}{SEPARATOR}{json.dumps(pk)}"


def _position(rows: QuerySet[Any], text: str, order: Ordering) -> list[Any]:
    value, _, pk = (text, "", "") if order.is_unique else text.rpartition(SEPARATOR)
    try:
        tie = None if order.is_unique else _read(rows.model._meta.pk, pk)
        return [_read(_column(rows, order.column), value), tie] if text else []
    except (ValidationError, ValueError, TypeError):
        return []


def _read(column: "Field[Any, Any]", text: str) -> Any:
    if not text and column.null:
        return None
    value = column.to_python(text)
    if isinstance(column, CompositePrimaryKey):
        for each, part in zip(column.fields, value, strict=True):
            half: Any = each.target_field if isinstance(each, ForeignKey) else each
            half.run_validators(part)
    column.run_validators(value)
    return value


def _column(rows: QuerySet[Any], name: str) -> "Field[Any, Any]":
    """A column of the list's own, or one that it reckons beside them."""
    reckoned = rows.query.annotations.get(name)
    if reckoned is not None:
        found: Field[Any, Any] = reckoned.output_field
        return found
    own = rows.model._meta.pk if name == "pk" else rows.model._meta.get_field(name)
    assert isinstance(own, Field), "lists are sorted by columns of their own"
    return own
