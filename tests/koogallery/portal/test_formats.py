from datetime import UTC, datetime
from decimal import Decimal

import pytest

from koogallery.portal import formats
from koogallery.portal.formats import FIGURE_SPACE


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("560", "USD", "560.00"),
        ("1234567.5", "USD", "1,234,567.50"),
        ("-0.5", "USD", "−0.50"),
        ("120000", "JPY", "120,000"),
        ("1.5", "KWD", "1.500"),
        ("0.000", "USD", "0.00"),
    ],
)
def test_an_amount_is_written_at_its_currencys_minor_unit(
    amount: str, currency: str, text: str
) -> None:
    assert formats.amount_text(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("28.347500000000", "28.3475"),
        ("960.000000000000", "960.00"),
        ("-1234.567890123456", "−1,234.567890123456"),
        ("123456789012345678.123456789012", "123,456,789,012,345,678.123456789012"),
    ],
)
def test_R2_4_a_line_is_written_as_exact_as_it_is_kept(amount: str, text: str) -> None:
    assert formats.exact_amount_text(Decimal(amount), "USD") == text


def test_shorter_fractions_are_padded_to_stand_under_longer_ones() -> None:
    assert formats.padding(Decimal(960), "USD", 4) == 2 * FIGURE_SPACE
    assert not formats.padding(Decimal("28.3475"), "USD", 4)


@pytest.mark.parametrize(
    ("share", "text"), [("0.150000", "15%"), ("0.125", "12.5%"), ("0", "0%"), ("1", "100%")]
)
def test_a_share_is_written_as_percent(share: str, text: str) -> None:
    assert formats.percent_text(Decimal(share)) == text


def test_R1_1_instants_are_written_in_the_settlement_time_zone() -> None:
    assert formats.instant_text(datetime(2026, 1, 31, 16, tzinfo=UTC)) == "1 Feb 2026, 00:00"


def test_R1_1_a_cycle_runs_to_the_end_of_its_last_day() -> None:
    assert formats.cycle_label("202602") == "February 2026"
    assert formats.cycle_bounds("202602") == ("1 Feb 2026, 00:00", "28 Feb 2026, 24:00")
    assert formats.cycle_bounds("202412") == ("1 Dec 2024, 00:00", "31 Dec 2024, 24:00")
