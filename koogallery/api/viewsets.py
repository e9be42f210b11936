"""The base of every endpoint: scoped rows, strict input, and who may act as data."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from koogallery.api.filters import DeclaredFilters, refuse_unknown_parameters
from koogallery.api.paging import CursorPages
from koogallery.api.parsers import StrictJSONParser
from koogallery.api.permissions import MayAct
from koogallery.api.reading import NUMBER
from koogallery.api.schema import ProblemSchema
from koogallery.scoping import ScopedQuerySet


class ScopedViewSet(GenericViewSet[Any]):
    """Serves only rows the caller may see: a stranger's row is a 404, never a 403.

    Rows are addressed by their public number. `open_to_sellers` names the acts that are not the
    operators' alone, `for_operators` what sellers cannot even read. `ordering_fields` are the
    columns a list can be ordered by, under their public names.
    """

    lookup_field = "number"
    lookup_value_regex = NUMBER
    parser_classes = [StrictJSONParser]
    permission_classes = [IsAuthenticated, MayAct]
    filter_backends = [DeclaredFilters]
    pagination_class = CursorPages
    schema = ProblemSchema()

    open_to_sellers: ClassVar[frozenset[str]] = frozenset()
    for_operators: ClassVar[frozenset[str]] = frozenset()
    ordering_fields: ClassVar[Mapping[str, str]] = {}
    default_ordering: ClassVar[str] = "-pk"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown_parameters(request, self)

    def get_queryset(self) -> ScopedQuerySet[Any]:
        rows: ScopedQuerySet[Any] = super().get_queryset()  # type: ignore[assignment]
        return rows.visible_to(self.request.user)

    @property
    def names_one_row(self) -> bool:
        return (self.lookup_url_kwarg or self.lookup_field) in self.kwargs

    @property
    def row_number(self) -> str:
        """The number in the address, of a row the caller may or may not see."""
        return str(self.kwargs[self.lookup_url_kwarg or self.lookup_field])

    def get_object(self) -> Any:
        """Filters belong to lists: one row is found by its number alone."""
        return self.get_object_or_404()

    def get_object_or_404(self) -> Any:
        row = self.get_queryset().filter(**{self.lookup_field: self.row_number}).first()
        if row is None:
            raise Http404
        return row

    def read_body(self, serializer: type[BaseSerializer[Any]]) -> dict[str, Any]:
        """The validated body of a call; 400 with a pointer to everything wrong with it."""
        body = serializer(data=self.request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def answer_row(self, number: str, status: int = 200) -> Response:
        """One row as it now stands, read with everything its answer shows."""
        row = self.get_queryset().get(**{self.lookup_field: number})
        return Response(self.get_serializer(row).data, status=status)
