"""The pages of the API: each names its neighbours by signed cursors."""

import re
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from koogallery.api.problems import InvalidQuery
from koogallery.keyset import Ordering, Page, page_of

if TYPE_CHECKING:
    from koogallery.api.viewsets import ScopedViewSet

PAGE_SIZE = 100
MAX_PAGE_SIZE = 500

_COUNT = re.compile("[1-9][0-9]{0,2}")


class CursorPages(BasePagination):
    """`{"next", "previous", "results"}`. A cursor is signed: used as given, or refused."""

    ordering: Ordering
    page: Page[Any]
    page_size: int

    def paginate_queryset(
        self, queryset: Any, request: Request, view: "ScopedViewSet | Any" = None
    ) -> list[Any]:
        self.address = request.build_absolute_uri()
        self.salt = f"cursor:{request.path}"
        self.page_size = _page_size(request)
        self.ordering = _ordering(request, view)
        backwards, position = self._read_cursor(request)
        self.page = page_of(queryset, self.ordering, self.page_size, position, backwards=backwards)
        return self.page.rows

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
        page = self.page
        return self._link(page.rows[-1]) if page.rows and page.has_next else None

    def _previous_link(self) -> str | None:
        page = self.page
        return self._link(page.rows[0], backwards=True) if page.rows and page.has_previous else None

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
            raise _refused("cursor", _("Take it from next or previous of this list.")) from None
        if ordering != str(self.ordering):
            raise _refused("cursor", _("It belongs to another ordering of this list."))
        return backwards, position


def _page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    if _COUNT.fullmatch(text) and int(text) <= MAX_PAGE_SIZE:
        return int(text)
    raise _refused(
        "page_size",
        _("It is a number from 1 to %(most)s.") % {"most": MAX_PAGE_SIZE},
    )


def _ordering(request: Request, view: "ScopedViewSet") -> Ordering:
    asked = request.query_params.get("ordering")
    if asked is None:
        return Ordering.parse(view.default_ordering)
    column = view.ordering_fields.get(asked.removeprefix("-"))
    if column is None:
        offer = ", ".join(view.ordering_fields)
        raise _refused(
            "ordering",
            _("This list can be ordered by %(offer)s; a minus turns it round.") % {"offer": offer},
        )
    return Ordering(column, asked.startswith("-"))


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
