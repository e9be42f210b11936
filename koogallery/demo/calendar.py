"""The demo's months: six that are closed, and the running one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays
from django.conf import settings

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE
from settlement.rules.run_day import first_working_day, run_day

CLOSED_MONTHS = 6
RUNNING_MONTH = CLOSED_MONTHS + 1
MONTHS = range(1, RUNNING_MONTH + 1)
#: Until when the facts of a month are told first; the rest is told as it ends.
TOLD_FIRST = 18


@dataclass(frozen=True, slots=True)
class Calendar:
    """Months are counted from 1; instants are written as days and hours in the settlement zone."""

    first: Cycle

    def cycle(self, month: int) -> Cycle:
        return self.first.plus(month - 1)

    def at(self, month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
        """The instant in UTC. `day` may exceed the month: day 32 of May is 1 June."""
        cycle = self.cycle(month)
        start = datetime(cycle.year, cycle.month, 1, hour, minute, tzinfo=ZONE)
        return (start + timedelta(days=day - 1)).astimezone(UTC)

    def read(self, text: str) -> datetime:
        """`4-21 15:40` of the 4th month, `4+2` two working days after its closing, or `latest`.

        At 10:00, unless a time is said.
        """
        if text == "latest":
            return self.latest
        day, _, hour = text.partition(" ")
        clock = time.fromisoformat(hour or "10:00")
        month, number = map(int, re.split(r"[-+]", day))
        instant = self.after_closing if "+" in day else self.at
        return instant(month, number, clock.hour, clock.minute)

    @property
    def latest(self) -> datetime:
        """As late as the demo goes: what is planned for then happens as it is loaded."""
        return self.end(RUNNING_MONTH)

    def closing(self, month: int) -> datetime:
        """When the bills of the month are issued: in the night of the run day (R1.6)."""
        return self._instant(run_day(self.cycle(month), is_working_day), time(2))

    def after_closing(
        self, month: int, working_days: int, hour: int = 10, minute: int = 0
    ) -> datetime:
        """So many working days after the run day of the month's bills."""
        return self._instant(self.day_after_closing(month, working_days), time(hour, minute))

    def day_after_closing(self, month: int, working_days: int) -> date:
        day = run_day(self.cycle(month), is_working_day)
        for _ in range(working_days):
            day = first_working_day(day + timedelta(days=1), is_working_day)
        return day

    def spans(self, now: datetime) -> Iterator[tuple[str, datetime, datetime]]:
        """In which the facts are told, each at its end: two a month, and the last until `now`."""
        for month in MONTHS:
            start, told, end = self.start(month), self.at(month, TOLD_FIRST, 12), self.end(month)
            for name, since, until in (("first", start, told), ("rest", told, end)):
                if since < now:
                    yield f"{self.cycle(month)} {name}", since, min(until, now)

    def _instant(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, ZONE).astimezone(UTC)

    def start(self, month: int) -> datetime:
        return self.cycle(month).start(ZONE)

    def end(self, month: int) -> datetime:
        return self.cycle(month).end(ZONE)

    def days(self, month: int) -> int:
        return (self.end(month) - self.start(month)).days


@cache
def is_working_day(day: date) -> bool:
    return _public_calendar().is_working_day(day)


@cache
def _public_calendar() -> holidays.HolidayBase:
    return holidays.country_holidays(settings.SETTLEMENT_CALENDAR_COUNTRY)


def plus_months(instant: datetime, months: int) -> datetime | None:
    """The same day that many months later, or the last of a shorter month; None for no term."""
    if not months:
        return None
    local = instant.astimezone(ZONE)
    cycle = Cycle.containing(instant, ZONE).plus(months)
    length = (cycle.end(ZONE) - cycle.start(ZONE)).days
    day = min(local.day, length)
    return local.replace(year=cycle.year, month=cycle.month, day=day).astimezone(UTC)
