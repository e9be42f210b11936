"""The calendar that decides the run day: public holidays, overruled day by day (R1.6)."""

from collections.abc import Iterable
from datetime import date

import holidays
from django.conf import settings
from django.db import transaction

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.kit.cycles import Cycle
from koogallery.models import User
from settlement.models import CalendarDay
from settlement.rules.run_day import run_day


def is_working_day(day: date) -> bool:
    """An operator's entry decides; else the public calendar with its moved working days."""
    overruled = CalendarDay.objects.filter(date=day).values_list("is_working_day", flat=True)
    if overruled:
        return bool(overruled[0])
    calendar = holidays.country_holidays(settings.SETTLEMENT_CALENDAR_COUNTRY)
    return calendar.is_working_day(day)


def run_day_of(cycle: Cycle) -> date:
    """The day on which this cycle is closed for everyone."""
    return run_day(cycle, is_working_day)


def run_days_of(cycles: Iterable[str]) -> dict[str, date]:
    """The same for several cycles with one query."""
    wanted = sorted(set(cycles))
    overruled = dict(CalendarDay.objects.values_list("date", "is_working_day")) if wanted else {}
    calendar = holidays.country_holidays(settings.SETTLEMENT_CALENDAR_COUNTRY)

    def works(day: date) -> bool:
        return overruled.get(day, calendar.is_working_day(day))

    return {cycle: run_day(Cycle(cycle), works) for cycle in wanted}


@transaction.atomic
def overrule_day(day: date, name: str = "", *, works: bool, actor: User) -> CalendarDay:
    """Let a day be a working day or a holiday, whatever the public calendar says."""
    require_duty(actor, Duty.RUN_BILLS, "change the calendar", rule="R1.6")
    kept, _ = CalendarDay.objects.update_or_create(
        date=day, defaults={"is_working_day": works, "name": name.strip()}
    )
    audit.record(
        actor, "overruled", "calendar day", day.isoformat(), is_working_day=works, name=name
    )
    return kept


@transaction.atomic
def give_back_day(day: date, *, actor: User) -> None:
    """Let the public calendar decide about a day again."""
    require_duty(actor, Duty.RUN_BILLS, "change the calendar", rule="R1.6")
    if CalendarDay.objects.filter(date=day).delete()[0]:
        audit.record(actor, "gave back", "calendar day", day.isoformat())
