"""Overruling days of the calendar that decides the run day (R1.6)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.kit.errors import NotFound
from koogallery.models import User
from settlement.models import CalendarDay
from settlement.readings.calendar import Day, day_of


@transaction.atomic
def overrule_day(day: date, name: str = "", *, is_working_day: bool, actor: User) -> Day:
    """The operators' word on a day; said again, the later word holds (R1.6)."""
    require_duty(actor, Duty.RUN_BILLS, _("keep the calendar"), rule="R1.6")
    said: dict[str, Any] = {"is_working_day": is_working_day, "name": name}
    known = CalendarDay.objects.filter(date=day).values(*said).first() or {}
    CalendarDay.objects.update_or_create(date=day, defaults=said)
    changes = {field: (known.get(field), value) for field, value in said.items()}
    audit.record(actor, "overruled", "calendar_day", day.isoformat(), changes=changes)
    return day_of(day)


@transaction.atomic
def restore_day(day: date, *, actor: User) -> Day:
    """Back to what the public calendar says."""
    require_duty(actor, Duty.RUN_BILLS, _("keep the calendar"), rule="R1.6")
    gone = CalendarDay.objects.filter(date=day).delete()
    if not gone[0]:
        raise NotFound(_("%(day)s is not overruled.") % {"day": day})
    audit.record(actor, "restored", "calendar_day", day.isoformat())
    return day_of(day)
