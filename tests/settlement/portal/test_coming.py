from datetime import UTC, datetime

import pytest

from settlement.portal.coming import next_issue

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("case", "now", "open_cycle", "cycle", "day"),
    [
        ("before the run day", (2026, 7, 6), None, "202606", "2026-07-07"),
        ("on the run day, not closed yet", (2026, 7, 7), "202606", "202606", "2026-07-07"),
        ("on the run day, closed", (2026, 7, 7), "202607", "202607", "2026-08-07"),
        ("after the run day", (2026, 7, 8), "202606", "202607", "2026-08-07"),
        ("the 7th is a Saturday", (2026, 10, 20), "202610", "202610", "2026-11-09"),
    ],
)
def test_R1_6_the_next_issue_is_on_the_run_day(
    case: str, now: tuple[int, int, int], open_cycle: str | None, cycle: str, day: str
) -> None:
    told = next_issue(datetime(*now, tzinfo=UTC), open_cycle)

    assert (told.cycle, told.day.isoformat()) == (cycle, day)


def test_R1_6_the_day_is_the_settlement_time_zones() -> None:
    """16:30 UTC on the 7th is already the 8th in Shanghai: the run day has passed."""
    assert next_issue(datetime(2026, 7, 7, 16, 30, tzinfo=UTC), "202606").cycle == "202607"
