from collections.abc import Callable
from datetime import date

import pytest

from koogallery.kit.cycles import Cycle
from settlement.rules.run_day import run_day


def open_except(*closed: date) -> Callable[[date], bool]:
    """Weekdays but for these holidays."""
    return lambda day: day.weekday() < 5 and day not in closed


@pytest.mark.parametrize(
    ("label", "cycle", "holidays", "day"),
    [
        ("the 7th", "202603", [], date(2026, 4, 7)),
        ("a Saturday waits for Monday", "202602", [], date(2026, 3, 9)),
        ("a Sunday waits for Monday", "202605", [], date(2026, 6, 8)),
        ("the year turns", "202612", [], date(2027, 1, 7)),
        ("a public holiday", "202603", [date(2026, 4, 7)], date(2026, 4, 8)),
        ("a holiday after a weekend", "202602", [date(2026, 3, 9)], date(2026, 3, 10)),
    ],
)
def test_R1_6_the_bill_run_is_on_the_7th_or_the_next_working_day(
    label: str, cycle: str, holidays: list[date], day: date
) -> None:
    assert run_day(Cycle(cycle), open_except(*holidays)) == day
