from datetime import date

import pytest

from koogallery.kit.cycles import Cycle
from settlement.models import CalendarDay
from settlement.readings.calendar import WorkingDays, run_day_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("case", "cycle", "day"),
    [
        ("the 7th is a working day", "202603", date(2026, 4, 7)),
        ("the 7th is a Saturday", "202601", date(2026, 2, 9)),
        ("the 7th is within the National Day holidays", "202509", date(2025, 10, 9)),
    ],
)
def test_R1_6_the_run_is_on_the_7th_or_the_next_working_day(
    case: str, cycle: str, day: date
) -> None:
    assert run_day_of(Cycle(cycle)) == day


def test_R1_6_an_operator_overrules_the_calendar() -> None:
    CalendarDay.objects.create(date=date(2026, 4, 7), is_working_day=False, name="Typhoon")

    assert not WorkingDays().includes(date(2026, 4, 7))
    assert run_day_of(Cycle("202603")) == date(2026, 4, 8)
