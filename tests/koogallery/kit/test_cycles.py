from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from([SHANGHAI, ZoneInfo("UTC"), ZoneInfo("America/Sao_Paulo")])
MONTHS = st.integers(0, 12 * 1030 - 1).map(lambda months: Cycle("197001").plus(months))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-02",
        "202600",
        "202613",
        "196912",
        "300001",
        "2026022",
        " 202602",
        "202602\n",
        "٢٠٢٦٠٢",
    ],
)
def test_R1_1_a_cycle_is_a_calendar_month(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Cycle(text)
    assert (refusal.value.code, refusal.value.rule) == ("invalid_cycle", "R1.1")


def test_a_cycle_is_the_string_it_prints() -> None:
    cycle = Cycle("202602")
    assert (cycle, f"{cycle}", cycle.year, cycle.month) == ("202602", "202602", 2026, 2)


@pytest.mark.parametrize(
    ("origin", "months", "reached"),
    [
        ("202612", 1, "202701"),
        ("202601", -1, "202512"),
        ("202601", 0, "202601"),
        ("202601", 25, "202802"),
    ],
)
def test_months_follow_each_other(origin: str, months: int, reached: str) -> None:
    assert Cycle(origin).plus(months) == reached


def test_neighbours_have_names() -> None:
    assert (Cycle("202601").previous, Cycle("202601").following) == ("202512", "202602")


@pytest.mark.parametrize(("cycle", "months"), [("299912", 1), ("197001", -1)])
def test_no_cycle_lies_beyond_the_calendar(cycle: str, months: int) -> None:
    with pytest.raises(InvalidInput):
        Cycle(cycle).plus(months)


@pytest.mark.parametrize(
    ("instant", "cycle"),
    [
        ("2026-01-31T15:59:59.999999+00:00", "202601"),
        ("2026-01-31T16:00:00+00:00", "202602"),
        ("2026-02-01T00:00:00+08:00", "202602"),
        ("2026-01-31T23:59:59+00:00", "202602"),
    ],
)
def test_R1_1_the_settlement_zone_decides_the_month(instant: str, cycle: str) -> None:
    assert Cycle.containing(datetime.fromisoformat(instant), SHANGHAI) == cycle


def test_R1_1_a_naive_instant_decides_nothing() -> None:
    with pytest.raises(ValueError, match="aware"):
        Cycle.containing(datetime(2026, 1, 31), SHANGHAI)


def test_R1_1_boundaries_are_instants_in_utc() -> None:
    cycle = Cycle("202602")
    assert cycle.start(SHANGHAI) == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert cycle.end(SHANGHAI) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert cycle.start(SHANGHAI).tzinfo is UTC


def test_R1_6_a_cycle_has_ended_at_the_first_instant_of_the_next() -> None:
    end = Cycle("202602").end(SHANGHAI)
    assert Cycle("202602").has_ended(end, SHANGHAI)
    assert not Cycle("202602").has_ended(end - timedelta(microseconds=1), SHANGHAI)


@given(MONTHS, ZONES)
def test_R1_1_every_instant_belongs_to_exactly_one_cycle(cycle: Cycle, zone: ZoneInfo) -> None:
    first, last = cycle.start(zone), cycle.end(zone) - timedelta(microseconds=1)
    assert Cycle.containing(first, zone) == Cycle.containing(last, zone) == cycle


@given(MONTHS, st.integers(-600, 600))
def test_cycles_sort_as_months_do(cycle: Cycle, months: int) -> None:
    try:
        other = cycle.plus(months)
    except InvalidInput:
        return
    assert (other > cycle) == (months > 0)
    assert other.plus(-months) == cycle
