"""The day of the monthly bill run (R1.6)."""

from collections.abc import Callable
from datetime import date, timedelta

from koogallery.kit.cycles import Cycle

RUN_DAY = 7


def run_day(cycle: Cycle, is_working_day: Callable[[date], bool]) -> date:
    """The 7th of the following month, or the next working day after it."""
    following = cycle.following
    return first_working_day(date(following.year, following.month, RUN_DAY), is_working_day)


def first_working_day(day: date, is_working_day: Callable[[date], bool]) -> date:
    """The day itself, or the next working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
