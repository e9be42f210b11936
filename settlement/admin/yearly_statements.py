"""A seller's yearly statements, reached from its page: as the seller reads them, and as files."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from koogallery.admin.reading import ReadOnlyAdmin, operator_of, page
from koogallery.downloads import send_export
from koogallery.kit.errors import InvalidInput, NotFound
from sellers.models import Seller
from settlement.readings.yearly_papers import FORMS, export_year
from settlement.readings.yearly_statements import (
    QUARTERS,
    YearlyStatement,
    yearly_statement_of,
    years_of,
)
from settlement.readings.yearly_terms import facts_of, table_of, until


class YearlyStatements(ReadOnlyAdmin):
    """Pages of the books, for who reads them; `?year=` chooses, the running one unless said."""

    @page("yearly-statement/<str:number>/", "settlement_yearly_statement")
    def yearly_view(self, request: HttpRequest, number: str) -> HttpResponse:
        statement = self._statement(request, number)
        return self.framed(
            request,
            "admin/settlement/books/yearly.html",
            title=gettext("Yearly statement %(year)s of %(seller)s")
            % {"year": statement.year, "seller": statement.seller},
            statement=statement,
            seller=statement.seller,
            until=until(statement),
            facts=facts_of(statement),
            tables=[(part, table_of(part)) for part in statement.parts],
            quarters=QUARTERS,
            years=years_of(statement.seller),
            forms=tuple(FORMS),
        )

    @page("yearly-statement/<str:number>/file/", "settlement_yearly_statement_file")
    def yearly_file_view(self, request: HttpRequest, number: str) -> HttpResponseBase:
        statement = self._statement(request, number)
        try:
            export = export_year(statement, request.GET.get("format", ""))
        except InvalidInput as refusal:
            raise Http404(refusal.detail) from None
        return send_export(
            export,
            actor=operator_of(request),
            kind="yearly statement",
            number=f"{number}-{statement.year}",
            seller=number,
        )

    def _statement(self, request: HttpRequest, number: str) -> YearlyStatement:
        if not self.has_view_permission(request):
            raise PermissionDenied
        seller = Seller.objects.filter(number=number).first()
        if seller is None:
            raise Http404
        year = request.GET.get("year") or str(years_of(seller)[0])
        try:
            return yearly_statement_of(seller, int(year), reader=operator_of(request))
        except (ValueError, NotFound):
            raise Http404 from None
