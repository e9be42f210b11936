"""Paging by the last row seen: page 2,000 of a long bill costs as much as page 1."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

#: Digits of a key that fits PostgreSQL's integer.
KEY_DIGITS = 9

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """`before` and `after` are the keys the neighbouring pages start from, None at an end."""

    rows: list[Row]
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
