"""The calendar that decides the run day: public holidays, and what operators overruled (R1.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays
from django.conf import settings
from django.utils import timezone

from koogallery.kit.cycles import Cycle
from settlement.models import CalendarDay
from settlement.rules.run_day import run_day

#: More working days than any limit: they are counted no further.
MANY = 250


def run_day_of(cycle: Cycle) -> date:
    """The day on which this cycle is closed for everyone."""
    return run_days_of([cycle])[cycle]


class WorkingDays:
    """The calendar, read once for many days; `said` are days as they would be overruled."""

    def __init__(self, said: Mapping[date, bool | None] | None = None) -> None:
        overruled = dict(CalendarDay.objects.values_list("date", "is_working_day"))
        told = {**overruled, **(said or {})}
        self.overruled = {day: works for day, works in told.items() if works is not None}
        self.calendar = holidays.country_holidays(settings.SETTLEMENT_CALENDAR_COUNTRY)

    def includes(self, day: date) -> bool:
        return self.overruled.get(day, self.calendar.is_working_day(day))

    def since(self, instant: datetime) -> int:
        """Working days that have begun after the day of this instant, MANY at most."""
        today, day, count = timezone.localdate(), timezone.localdate(instant), 0
        while day < today and count < MANY:
            day += timedelta(days=1)
            count += self.includes(day)
        return count


def run_days_of(
    cycles: Iterable[str], said: Mapping[date, bool | None] | None = None
) -> dict[str, date]:
    """The same for several cycles with one query; with `said` as it would be after that."""
    wanted = sorted(set(cycles))
    if not wanted:
        return {}
    days = WorkingDays(said)
    return {cycle: run_day(Cycle(cycle), days.includes) for cycle in wanted}


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; `overruled` by an operator, whose name for it stands then."""

    date: date
    is_working_day: bool
    name: str
    overruled: bool


def days_around_run(cycle: Cycle) -> list[Day]:
    """The month in which this cycle is closed, day by day."""
    first = date(cycle.following.year, cycle.following.month, 1)
    after = date(cycle.following.following.year, cycle.following.following.month, 1)
    several = [first + timedelta(days=count) for count in range((after - first).days)]
    return _days(several)


def day_of(day: date) -> Day:
    return _days([day])[0]


def _days(several: Iterable[date]) -> list[Day]:
    days = list(several)
    overruled = {each.date: each for each in CalendarDay.objects.filter(date__in=days)}
    calendar = holidays.country_holidays(settings.SETTLEMENT_CALENDAR_COUNTRY, language="en_US")
    return [
        Day(day, found.is_working_day, found.name, overruled=True)
        if (found := overruled.get(day))
        else Day(day, calendar.is_working_day(day), calendar.get(day) or "", overruled=False)
        for day in days
    ]
