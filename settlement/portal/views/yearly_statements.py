from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from koogallery.downloads import send_export
from koogallery.duties import Duty
from koogallery.kit.errors import InvalidInput, NotFound
from sellers.portal.views.settings import SettingsPage
from sellers.services.authority import MEMBERS
from settlement.readings.yearly_papers import export_year
from settlement.readings.yearly_statements import (
    QUARTERS,
    YearlyStatement,
    yearly_statement_of,
    years_of,
)
from settlement.readings.yearly_terms import facts_of, remarks, table_of


class YearlyStatementList(SettingsPage):
    """The years of a seller, each with its statement."""

    who = MEMBERS | Duty.READ_BOOKS

    template_name = "settlement/yearly_statement_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(years=years_of(self.seller), **kwargs)


class YearlyStatementPage(SettingsPage):
    """A year by quarter, with its bills and what was paid."""

    who = MEMBERS | Duty.READ_BOOKS
    menu = "yearly-statement-list"

    template_name = "settlement/yearly_statement.html"

    @property
    def statement(self) -> YearlyStatement:
        try:
            reader = self.request.user
            return yearly_statement_of(self.seller, self.kwargs["year"], reader=reader)
        except NotFound as refusal:
            raise Http404(refusal.detail) from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        statement = self.statement
        return super().get_context_data(
            statement=statement,
            facts=facts_of(statement),
            tables=[(part, table_of(part)) for part in statement.parts],
            quarters=QUARTERS,
            remarks=remarks(),
            **kwargs,
        )


class YearlyStatementExport(YearlyStatementPage):
    """The same as a file: `?format=xlsx`, `json`, or PDF."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        statement = self.statement
        try:
            export = export_year(statement, request.GET.get("format", "pdf"))
        except InvalidInput as refusal:
            raise Http404(refusal.detail) from None
        number = self.seller.number
        return send_export(
            export,
            actor=self.request.user,
            kind="yearly statement",
            number=f"{number}-{statement.year}",
            seller=number,
        )
