"""A statement as a seller reads it: what each movement was, and where it is explained."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from koogallery.downloads import send_export
from koogallery.duties import Duty
from koogallery.kit.errors import InvalidInput
from koogallery.languages import Text
from koogallery.settlement_time import ZONE, current_cycle
from sellers.portal.views.settings import SettingsPage
from sellers.services.authority import MEMBERS
from settlement.readings.account_statements import (
    Movement,
    Period,
    Statement,
    can_be_printed,
    period_of,
    statement_of,
)
from settlement.readings.statement_files import export_statement

#: Months before the running one that a statement shows unless others are asked for.
MONTHS = 3

#: The page that explains a movement, by the kind of its journal.
PAGES: Mapping[str, str] = {
    "bill": "bill-detail",
    "carry_over": "bill-detail",
    "allocation": "recovery-detail",
    "recovery": "recovery-detail",
    "negative_balance": "recovery-detail",
    "receivable": "receivable-detail",
    "receivable_moved": "receivable-detail",
    "payment": "receivable-detail",
    "payout": "payout-detail",
    "payout_undone": "payout-detail",
}


class StatementForm(forms.Form):
    """Days in the settlement time zone, both inclusive."""

    first = forms.DateField(
        required=False, label=_("From"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(
        required=False, label=_("To"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    known_at = forms.DateField(
        required=False,
        label=_("As known on"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )

    @property
    def period(self) -> Period | None:
        """None where a day is not understood."""
        if not self.is_valid():
            return None
        chosen = self.cleaned_data
        known = period_of(None, chosen["known_at"]).end
        return period_of(chosen["first"], chosen["last"], known)


def first_days() -> dict[str, date]:
    """Where a statement begins unless the reader chooses."""
    cycle = current_cycle()
    for _month in range(MONTHS):
        cycle = cycle.previous
    return {"first": cycle.start(ZONE).date()}


@dataclass(frozen=True, slots=True)
class Line:
    movement: Movement
    what: Text
    page: str

    @property
    def document(self) -> str:
        return self.movement.journal.subject


def lines_of(movements: Iterable[Movement]) -> list[Line]:
    return [_line(each) for each in movements]


def _line(movement: Movement) -> Line:
    journal: Any = movement.journal
    return Line(movement, movement.what, _address(journal.kind, journal.subject))


def _address(kind: str, subject: str) -> str:
    if kind == "deposit":  # its subject is the seller, or the recovery that drew on it
        page = "recovery-detail" if subject.startswith("RC") else "deposit-detail"
        return reverse(f"console:{page}", args=[subject])
    page = PAGES.get(kind, "")
    return reverse(f"console:{page}", args=[subject]) if page else ""


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
