from django.contrib import admin
from django.http import HttpRequest

from koogallery.admin.reading import may
from koogallery.admin.recording import RecordedAdmin
from koogallery.duties import Duty
from settlement.models import CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(RecordedAdmin):
    """Days on which operators overrule the public calendar (R1.6)."""

    list_display = ["date", "is_working_day", "name"]
    list_filter = ["is_working_day"]
    date_hierarchy = "date"
    reading = Duty.VIEW

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.reading)

    def has_view_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        return may(request, self.reading)

    def has_change_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        return may(request, Duty.RUN_BILLS)

    has_delete_permission = has_change_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, Duty.RUN_BILLS)
