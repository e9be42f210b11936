"""When a payout is made (R8.2)."""

from collections.abc import Callable, Collection
from datetime import date, timedelta

from settlement.rules.run_day import first_working_day


def expected_day(
    ready_on: date,
    banking_days: int,
    days_of_month: Collection[int],
    is_banking_day: Callable[[date], bool],
) -> date:
    """The first day of payment once so many banking days have gone by since `ready_on`.

    With `days_of_month` payouts are made on these alone, or on the next banking day after them;
    in a month that has no such day, on its last.
    """
    day = ready_on
    for _ in range(banking_days):
        day = first_working_day(day + timedelta(days=1), is_banking_day)
    while days_of_month and not _is_of_payment(day, days_of_month):
        day += timedelta(days=1)
    return first_working_day(day, is_banking_day)


def _is_of_payment(day: date, days_of_month: Collection[int]) -> bool:
    is_last = (day + timedelta(days=1)).day == 1
    return day.day in days_of_month or (is_last and max(days_of_month) > day.day)
