"""The calendar that decides the run day: public holidays, overruled day by day (R1.6)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from koogallery.admin.reading import may, operator_of
from koogallery.duties import Duty
from koogallery.settlement_time import current_cycle
from settlement.models import CalendarDay
from settlement.services import working_days

#: Run days told above the list, from last month's on.
RUN_DAYS_TOLD = 6


@admin.register(CalendarDay)
class CalendarDayAdmin(ModelAdmin):
    """Days on which operators overrule the public calendar (R1.6)."""

    list_display = ["date", "is_working_day", "name"]
    list_filter = ["is_working_day"]
    date_hierarchy = "date"
    reading = Duty.VIEW
    list_before_template = "admin/settlement/calendarday/run_days.html"

    class Media:
        css = {"all": ["koogallery/admin.css"]}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the run days that follow from it."""
        first = current_cycle().previous
        cycles = [first.plus(months) for months in range(RUN_DAYS_TOLD)]
        context = {"run_days": working_days.run_days_of(cycles), **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def save_model(
        self,
        request: HttpRequest,
        obj: CalendarDay,
        form: forms.ModelForm,
        change: bool,  # noqa: FBT001  # Django's signature
    ) -> None:
        """A day moved to another date is the old one given back, too."""
        actor = operator_of(request)
        if change and "date" in form.changed_data:
            working_days.restore_day(form.initial["date"], actor=actor)
            obj.pk = None
        working_days.overrule_day(
            obj.date, obj.name, is_working_day=obj.is_working_day, actor=actor
        )
        obj.pk = CalendarDay.objects.get(date=obj.date).pk

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        working_days.restore_day(obj.date, actor=operator_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        for day in queryset:
            working_days.restore_day(day.date, actor=operator_of(request))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.reading)

    def has_view_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        return may(request, self.reading)

    def has_change_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        return may(request, Duty.RUN_BILLS)

    has_delete_permission = has_change_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Duty.RUN_BILLS)
