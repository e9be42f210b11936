from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.filters import ByCycle, ByName, ByNumber, ByWord, Filters, between
from koogallery.api.viewsets import ScopedViewSet
from sellers.models import Seller
from settlement.api.serializers.forecasts import ForecastSerializer, forecast_shown
from settlement.services.previews.forecasts import forecasts_of


class ForecastFilters(Filters):
    seller = ByNumber("number")
    company_name = ByName("company_name")
    currency = ByWord("settlement_currency")
    cycle = ByCycle("open_cycle")
    cycle_from, cycle_to = between(ByCycle, "open_cycle")


class ForecastViewSet(ScopedViewSet):
    """The next two bills of each seller as things stand, by the seller's number (R1.6, R5.6)."""

    queryset = Seller.objects.filter(left_at=None)
    serializer_class = ForecastSerializer
    filterset_class = ForecastFilters
    lookup_url_kwarg = "seller"
    ordering_fields = {"seller": "number"}
    default_ordering = "number"
    costly = frozenset({"list", "retrieve"})

    def list(self, request: Request) -> Response:  # noqa: ARG002
        """Accrued, in the guarantee period, held back, planned recoveries, with dates."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        shown = [self.represent(each) for each in forecasts_of(page)]
        return self.get_paginated_response(shown)

    @extend_schema(responses=ForecastSerializer)
    def retrieve(self, request: Request, seller: str) -> Response:  # noqa: ARG002
        """The same of one seller."""
        [forecast] = forecasts_of([self.get_object()])
        return Response(self.represent(forecast))

    def represent(self, row: Any) -> Any:
        return ForecastSerializer(forecast_shown(row), context={}).data
