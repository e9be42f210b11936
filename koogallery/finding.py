"""Anything by its number, and companies and products by their names, in one place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

#: Hits of one kind.
MOST = 20
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hit:
    kind: str
    name: str
    address: str


def hits_of(registry: dict[Any, Any], request: HttpRequest, text: str) -> list[Hit]:
    """What this operator may see of all that has exactly this number, or a name with this in it."""
    wanted = text.strip()[:LONGEST]
    if not wanted:
        return []
    return [hit for page in registry.values() for hit in _of(page, request, wanted)]


def _of(page: Any, request: HttpRequest, wanted: str) -> Iterator[Hit]:
    columns = {field.name for field in page.model._meta.fields}  # Django's own API
    names = list(getattr(page, "found_by_name", ()))
    if not ("number" in columns or names) or not page.has_view_permission(request):
        return
    rows: QuerySet[Any] = page.get_queryset(request)
    hit = Q(number=wanted) if "number" in columns else Q(pk=None)
    for name in names:
        hit |= Q(**{f"{name}__contains_name": wanted})
    kind = str(page.opts.verbose_name)
    for row in rows.filter(hit).order_by("pk")[:MOST]:
        yield Hit(kind[:1].upper() + kind[1:], str(row), page.page_address(row))
