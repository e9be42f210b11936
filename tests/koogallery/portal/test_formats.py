from datetime import UTC, datetime
from decimal import Decimal

from koogallery import dates
from koogallery.portal import formats
from koogallery.portal.formats import FIGURE_SPACE


def test_shorter_fractions_are_padded_to_stand_under_longer_ones() -> None:
    assert formats.padding(Decimal(960), "USD", 4) == 2 * FIGURE_SPACE
    assert not formats.padding(Decimal("28.3475"), "USD", 4)


def test_R1_1_instants_are_written_in_the_settlement_time_zone() -> None:
    assert dates.instant_text(datetime(2026, 1, 31, 16, tzinfo=UTC)) == "1 Feb 2026, 00:00"


def test_R1_1_a_cycle_runs_to_the_end_of_its_last_day() -> None:
    assert dates.cycle_label("202602") == "February 2026"
    assert dates.cycle_bounds("202602") == ("1 Feb 2026, 00:00", "28 Feb 2026, 24:00")
    assert dates.cycle_bounds("202412") == ("1 Dec 2024, 00:00", "31 Dec 2024, 24:00")
