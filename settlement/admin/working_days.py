"""The calendar that decides the run day: public holidays, overruled day by day (R1.6)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSingleDateWidget

from koogallery.admin import facts
from koogallery.admin.deciding import DecidingAdmin, Decision
from koogallery.admin.filters import YEARS
from koogallery.admin.new_work import new_work
from koogallery.duties import Duty
from koogallery.kit.cycles import Cycle
from koogallery.kit.seen import Fact, Seen, change, on_day, require_seen
from koogallery.models import User
from koogallery.settlement_time import current_cycle
from settlement.choices import PreviewState
from settlement.models import BillPreview, CalendarDay
from settlement.readings.calendar import run_days_of
from settlement.services import working_days

#: Run days told above the list, from last month's on.
RUN_DAYS_TOLD = 6


class SayingForm(forms.Form):
    is_working_day = facts.flag(_("It is a working day"))
    name = facts.text(required=False, longest=100, help_text=_("Why: the holiday, or the flood."))


class DayForm(SayingForm):
    date = forms.DateField(widget=UnfoldAdminSingleDateWidget())
    field_order = ["date"]

    def clean_date(self) -> Any:
        day = self.cleaned_data["date"]
        if day.year not in YEARS:
            raise forms.ValidationError(
                gettext("The calendar goes from %(first)s to %(last)s.")
                % {"first": YEARS[0], "last": YEARS[-1]}
            )
        return day


def _effect(day: date, works: bool | None) -> Seen:  # noqa: FBT001  # None: as the public calendar
    """Which run day moves, and what is already approved to be issued on it."""
    return Seen.of(_effects(day, works))


def _effects(day: date, works: bool | None) -> Iterator[Fact]:  # noqa: FBT001
    cycle = Cycle(f"{day:%Y%m}").previous
    before, after = (run_days_of([cycle], said)[cycle] for said in ({}, {day: works}))
    yield Fact("run_day_of_cycle", change(on_day(before), on_day(after)), cycle)
    approved = BillPreview.objects.filter(cycle=cycle, state=PreviewState.APPROVED, run=None)
    for preview in approved.order_by("pk"):
        yield Fact("run_day_of_approved_preview", on_day(after), preview.number)


def _foresee_saying(day: str, *, is_working_day: bool, name: str, actor: User) -> Seen:  # noqa: ARG001
    return _effect(date.fromisoformat(day), is_working_day)


def _say(day: str, *, is_working_day: bool, name: str, seen: str, actor: User) -> object:
    said = date.fromisoformat(day)
    require_seen(seen, _effect(said, is_working_day), rule="R1.6")
    return working_days.overrule_day(said, name, is_working_day=is_working_day, actor=actor)


def _foresee_restoring(day: str, *, actor: User) -> Seen:  # noqa: ARG001
    return _effect(date.fromisoformat(day), None)


def _restore(day: str, *, seen: str, actor: User) -> object:
    given_back = date.fromisoformat(day)
    require_seen(seen, _effect(given_back, None), rule="R1.6")
    return working_days.restore_day(given_back, actor=actor)


DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="say",
            duty=Duty.RUN_BILLS,
            label=pgettext_lazy("act", "Change"),
            question=_("What is this day?"),
            form=SayingForm,
            act=_say,
            refusal=lambda _day, _user: "",
            done=_("The day is overruled."),
            foresee=_foresee_saying,
        ),
        Decision(
            verb="restore",
            duty=Duty.RUN_BILLS,
            label=_("Give back"),
            question=_("Back to what the public calendar says?"),
            form=forms.Form,
            act=_restore,
            refusal=lambda _day, _user: "",
            done=_("The public calendar decides again."),
            foresee=_foresee_restoring,
            is_entered_first=False,
        ),
    )
}


def _overrule(entered: Mapping[str, Any], actor: User) -> CalendarDay:
    working_days.overrule_day(
        entered["date"], entered["name"], is_working_day=entered["is_working_day"], actor=actor
    )
    return CalendarDay.objects.get(date=entered["date"])


@admin.register(CalendarDay)
class CalendarDayAdmin(DecidingAdmin):
    """Days on which operators overrule the public calendar (R1.6)."""

    recorded_as = "calendar_day"
    decisions = DECISIONS
    list_display = ["date", "is_working_day", "name"]
    list_filter = ["is_working_day", "date"]
    list_before_template = "admin/settlement/calendarday/run_days.html"
    asking = Duty.RUN_BILLS
    actions_list = ["overrule"]

    def number_of(self, row: CalendarDay | None) -> str:
        return row.date.isoformat() if row else ""

    def name_of(self, row: CalendarDay) -> str:
        return row.date.isoformat()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the run days that follow from it."""
        first = current_cycle().previous
        cycles = [first.plus(months) for months in range(RUN_DAYS_TOLD)]
        context = {"run_days": run_days_of(cycles), **(extra_context or {})}
        return super().changelist_view(request, context)

    overrule = new_work(
        DayForm,
        _overrule,
        foresee=lambda entered, _: _effect(entered["date"], entered["is_working_day"]),
        description=_("Overrule a day…"),
        url_path="overrule",
        question=_("Overrule a day of the calendar"),
        label=_("Overrule"),
        consequence=_("The run day is the 7th, or the next working day after it (R1.6)."),
        done=_("The day is overruled."),
    )

    def form_options(
        self, request: HttpRequest, row: CalendarDay, decision: Decision
    ) -> dict[str, Any]:
        said = {"is_working_day": row.is_working_day, "name": row.name}
        return {"initial": said} if decision.verb == "say" else {}

    def page_context(self, row: CalendarDay, user: User) -> dict[str, Any]:
        cycle = Cycle(f"{row.date:%Y%m}").previous
        return {
            "cycle": cycle,
            "run_day": run_days_of([cycle])[cycle],
        }

    def answer(self, request: HttpRequest, row: Any, decision: Decision, came: Any) -> HttpResponse:
        """A day that is given back has no page any more."""
        if decision.verb != "restore":
            return super().answer(request, row, decision, came)
        self.message_user(request, decision.done, messages.SUCCESS)
        return redirect("admin:settlement_calendarday_changelist")
