"""Cursor paging: a page starts after the last row seen, so rows that arrive shift nothing."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Model, Q
from rest_framework.exceptions import ErrorDetail
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from koogallery.api.problems import InvalidQuery

if TYPE_CHECKING:
    from koogallery.api.viewsets import ScopedViewSet

PAGE_SIZE = 100
MAX_PAGE_SIZE = 500

_COUNT = re.compile("[1-9][0-9]{0,2}")


#: Columns that tell rows apart by themselves.
UNIQUE = frozenset({"pk", "number"})


@dataclass(frozen=True, slots=True)
class Ordering:
    """One column, then the primary key to tell rows apart that are equal in it."""

    column: str
    descending: bool

    @classmethod
    def parse(cls, text: str) -> "Ordering":
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.column}"

    def columns(self) -> list[str]:
        names = [self.column] if self.column in UNIQUE else [self.column, "pk"]
        return [f"-{name}" if self.descending else name for name in names]

    def reversed(self) -> "Ordering":
        return Ordering(self.column, not self.descending)

    def position_of(self, row: Model) -> list[Any]:
        value = reduce(getattr, self.column.split("__"), row)
        return [_written(value), None if self.column in UNIQUE else row.pk]

    def after(self, position: list[Any]) -> Q:
        """Rows beyond this position; the first condition lets an index find them."""
        value, pk = position
        beyond = "lt" if self.descending else "gt"
        if self.column in UNIQUE:
            return Q(**{f"{self.column}__{beyond}": value})
        return Q(**{f"{self.column}__{beyond}e": value}) & (
            Q(**{f"{self.column}__{beyond}": value}) | Q(**{f"pk__{beyond}": pk})
        )


class CursorPages(BasePagination):
    """`{"next", "previous", "results"}`. A cursor is signed: used as given, or refused."""

    ordering: Ordering
    page_size: int

    def paginate_queryset(
        self, queryset: Any, request: Request, view: "ScopedViewSet | Any" = None
    ) -> list[Any]:
        self.address = request.build_absolute_uri()
        self.salt = f"cursor:{request.path}"
        self.page_size = _page_size(request)
        self.ordering = _ordering(request, view)
        backwards, position = self._read_cursor(request)
        ordering = self.ordering.reversed() if backwards else self.ordering
        rows = queryset.order_by(*ordering.columns())
        if position:
            rows = rows.filter(ordering.after(position))
        found = list(rows[: self.page_size + 1])
        page, more = found[: self.page_size], len(found) > self.page_size
        self.page = page[::-1] if backwards else page
        self.has_next = backwards or more
        self.has_previous = more if backwards else bool(position)
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"next": self._next_link(), "previous": self._previous_link(), "results": data}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: "ScopedViewSet | Any") -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE}
        parameters = [
            _parameter("cursor", {"type": "string"}, "From `next` or `previous`."),
            _parameter("page_size", size, "Rows on a page."),
        ]
        if view.ordering_fields:
            words = [f"{sign}{name}" for name in view.ordering_fields for sign in ("", "-")]
            about = "The order of the rows; with a minus the greatest comes first."
            parameters.append(_parameter("ordering", {"type": "string", "enum": words}, about))
        return parameters

    def _next_link(self) -> str | None:
        return self._link(self.page[-1]) if self.page and self.has_next else None

    def _previous_link(self) -> str | None:
        return self._link(self.page[0], backwards=True) if self.page and self.has_previous else None

    def _link(self, row: Model, *, backwards: bool = False) -> str:
        content = [str(self.ordering), backwards, *self.ordering.position_of(row)]
        cursor = signing.dumps(content, salt=self.salt)
        return replace_query_param(self.address, "cursor", cursor)

    def _read_cursor(self, request: Request) -> tuple[bool, list[Any]]:
        cursor = request.query_params.get("cursor")
        if cursor is None:
            return False, []
        try:
            ordering, backwards, *position = signing.loads(cursor, salt=self.salt)
        except signing.BadSignature:
            raise _refused("cursor", "Take it from next or previous of this list.") from None
        if ordering != str(self.ordering):
            raise _refused("cursor", "It belongs to another ordering of this list.")
        return backwards, position


def _page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if _COUNT.fullmatch(text) and int(text) <= MAX_PAGE_SIZE:
        return int(text)
    raise _refused("page_size", f"It is a number from 1 to {MAX_PAGE_SIZE}.")


def _ordering(request: Request, view: "ScopedViewSet") -> Ordering:
    asked = request.query_params.get("ordering")
    if asked is None:
        return Ordering.parse(view.default_ordering)
    column = view.ordering_fields.get(asked.removeprefix("-"))
    if column is None:
        offer = ", ".join(view.ordering_fields)
        raise _refused("ordering", f"This list can be ordered by {offer}; a minus turns it round.")
    return Ordering(column, asked.startswith("-"))


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _refused(parameter: str, detail: str) -> InvalidQuery:
    return InvalidQuery({parameter: [ErrorDetail(detail, f"invalid_{parameter}")]})


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": description,
    }
