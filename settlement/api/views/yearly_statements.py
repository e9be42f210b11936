from http import HTTPStatus
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from koogallery.downloads import send_export
from koogallery.duties import Duty
from sellers.models import Seller
from settlement.api.serializers.yearly_statements import (
    YearlyExportInput,
    YearlyStatementSerializer,
    YearsSerializer,
)
from settlement.readings.yearly_json import told
from settlement.readings.yearly_papers import FORMS, export_year
from settlement.readings.yearly_statements import yearly_statement_of, years_of

ADDRESS = "yearly-statements/(?P<year>[0-9]{4})"
YEAR = OpenApiParameter("year", OpenApiTypes.INT, OpenApiParameter.PATH)


class YearlyStatementViewSet(ScopedViewSet):
    """The year of a seller in figures, with the fields of DAC7: by quarter, country and currency.

    By bills of its months; a year without any has a statement, too.
    """

    queryset = Seller.objects.all()
    serializer_class = YearlyStatementSerializer
    pagination_class = None
    costly = frozenset({"yearly_statement", "export"})
    untagged = frozenset({"known_at"})
    duties = dict.fromkeys(("years", "yearly_statement", "export"), Duty.READ_BOOKS)
    parameters = {"export": frozenset({"format"})}

    @extend_schema(operation_id="sellers_yearly_statements_list", responses=YearsSerializer)
    @action(detail=True, methods=["get"], url_path="yearly-statements")
    def years(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The years that have a statement, the latest first."""
        seller = self.get_object()
        return Response({"seller": seller.number, "years": list(years_of(seller))})

    @extend_schema(parameters=[YEAR], responses=YearlyStatementSerializer)
    @action(detail=True, methods=["get"], url_path=ADDRESS)
    def yearly_statement(self, request: Request, number: str, year: str) -> Response:  # noqa: ARG002
        """What was sold, kept back, recovered, invoiced and paid, through the last closed month."""
        statement = yearly_statement_of(self.get_object(), int(year), reader=self.actor)
        return Response(told(statement))

    @extend_schema(
        parameters=[YEAR, YearlyExportInput],
        responses={(HTTPStatus.OK, kind): OpenApiTypes.BINARY for kind, _ in FORMS.values()},
    )
    @action(detail=True, methods=["get"], url_path=f"{ADDRESS}/export")
    def export(self, request: Request, year: str, **_: Any) -> StreamingHttpResponse:  # noqa: ARG002
        """The same as a file."""
        seller, form = self.get_object(), self.read_query(YearlyExportInput)["format"]
        export = export_year(yearly_statement_of(seller, int(year), reader=self.actor), form)
        return send_export(
            export,
            actor=self.actor,
            kind="yearly statement",
            number=f"{seller.number}-{year}",
            seller=seller.number,
        )
