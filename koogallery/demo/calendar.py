"""The demo's months: six that are closed, and the running one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE

CLOSED_MONTHS = 6
RUNNING_MONTH = CLOSED_MONTHS + 1
MONTHS = range(1, RUNNING_MONTH + 1)


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

    def start(self, month: int) -> datetime:
        return self.cycle(month).start(ZONE)

    def end(self, month: int) -> datetime:
        return self.cycle(month).end(ZONE)

    def days(self, month: int) -> int:
        return (self.end(month) - self.start(month)).days


def plus_months(instant: datetime, months: int) -> datetime | None:
    """The same day that many months later, or the last of a shorter month; None for no term."""
    if not months:
        return None
    local = instant.astimezone(ZONE)
    cycle = Cycle.containing(instant, ZONE).plus(months)
    length = (cycle.end(ZONE) - cycle.start(ZONE)).days
    day = min(local.day, length)
    return local.replace(year=cycle.year, month=cycle.month, day=day).astimezone(UTC)
