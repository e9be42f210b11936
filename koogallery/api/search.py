"""One question for any public number: what it is, and where it is answered."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from koogallery.api.fields import NumberField, TextField
from koogallery.api.viewsets import ScopedViewSet
from koogallery.models import AccessToken

#: Hits of one kind.
MOST = 20
LONGEST = 60


class SearchInput(serializers.Serializer[Any]):
    number = TextField(max_length=LONGEST, help_text="Of anything, as it is written.")


class HitSerializer(serializers.Serializer[Any]):
    kind = TextField()
    number = NumberField()
    url = serializers.URLField()


class HitsSerializer(serializers.Serializer[Any]):
    results = HitSerializer(many=True)


class SearchViewSet(ScopedViewSet):
    """Finds what the caller may see: bills, orders, refunds and whatever else has a number."""

    queryset = AccessToken.objects.none()
    serializer_class = HitsSerializer
    pagination_class = None
    parameters = {"list": frozenset({"number"})}
    #: Every other endpoint: prefix, view set, the name of its addresses.
    endpoints: ClassVar[Sequence[tuple[str, type[Any], str]]] = ()

    @extend_schema(parameters=[SearchInput], responses=HitsSerializer)
    def list(self, request: Request) -> Response:
        """Everything with exactly this number, whatever it is, and where to read it."""
        number = self.read_query(SearchInput)["number"]
        hits = [
            {"kind": name.replace("-", "_"), "number": found, "url": url}
            for prefix, viewset, name in self.endpoints
            if "(" not in prefix
            for found, url in self._hits(viewset, name, number, request)
        ]
        return Response(HitsSerializer({"results": hits}).data)

    def _hits(
        self, viewset: type[ScopedViewSet], name: str, number: str, request: Request
    ) -> Iterator[tuple[str, str]]:
        # Rows of their own are found by their number; an answer by another row's number is none.
        columns = {each.name for each in _model(viewset)._meta.get_fields()}
        own = hasattr(viewset, "retrieve") and viewset.lookup_url_kwarg is None
        field = viewset.search_field or ("number" if own and "number" in columns else None)
        if field is None:
            return
        every: Any = viewset.queryset
        rows = every.all().visible_to(self.actor)
        for found in rows.filter(**{f"{field}": number}).values_list(field, flat=True)[:MOST]:
            if hasattr(viewset, "retrieve"):
                named = {viewset.lookup_url_kwarg or viewset.lookup_field: found}
                yield found, reverse(f"api:{name}-detail", kwargs=named, request=request)
            else:
                yield found, f"{reverse(f'api:{name}-list', request=request)}?{field}={found}"


def _model(viewset: type[ScopedViewSet]) -> Any:
    rows: Any = viewset.queryset
    return rows.model
