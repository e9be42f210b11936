from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from koogallery.downloads import send_export
from koogallery.duties import Duty
from koogallery.kit.errors import InvalidInput
from sellers.portal.views.settings import SettingsPage
from sellers.services.authority import MEMBERS
from settlement.portal.statements import StatementForm, first_days, lines_of
from settlement.readings.account_statements import Period, Statement, can_be_printed, statement_of
from settlement.readings.statement_files import export_statement


class StatementPage(SettingsPage):
    """What is payable, deposited and owed: at the beginning, by each movement, at the end."""

    who = MEMBERS | Duty.READ_BOOKS

    template_name = "settlement/statement.html"

    @property
    def form(self) -> StatementForm:
        chosen = {"first", "last", "known_at"} & set(self.request.GET)
        return StatementForm(self.request.GET if chosen else first_days())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = self.form
        statement = self.statement(form)
        return super().get_context_data(
            form=form,
            statement=statement,
            is_printed=statement is not None or self.can_be_printed(form.period),
            lines=lines_of(statement.movements) if statement else [],
            query=self.request.GET.urlencode(),
            **kwargs,
        )

    def can_be_printed(self, period: Period | None) -> bool:
        return period is not None and can_be_printed(self.seller, period)

    def statement(self, form: StatementForm) -> Statement | None:
        """None where the range is none; the form says why."""
        period = form.period
        if period is None:
            return None
        try:
            return statement_of(self.seller, period)
        except InvalidInput as refusal:
            form.add_error(None, refusal.detail)
            return None


class StatementExport(StatementPage):
    """The same as a file, however long: `?format=xlsx`, or CSV."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        seller, period = self.seller, self.form.period or Period()
        try:
            export = export_statement(seller, period, request.GET.get("format", "csv"))
        except InvalidInput as refusal:
            messages.error(request, refusal.detail)
            return redirect(f"{reverse('console:statement')}?{request.GET.urlencode()}")
        return send_export(
            export,
            actor=self.request.user,
            kind="statement",
            number=seller.number,
            seller=seller.number,
        )
