from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koogallery.kit.errors import InvalidInput
from koogallery.kit.money import (
    MINOR_UNITS,
    amounts_by_currency,
    fits_minor_unit,
    fits_scale,
    format_amount,
    format_exact,
    minor_unit,
    to_line_scale,
    to_minor_unit,
)

currencies = st.sampled_from(sorted(MINOR_UNITS))
amounts = st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False, places=12)


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("USD", 2), ("CNY", 2), ("JPY", 0), ("CLP", 0), ("KWD", 3)],
)
def test_the_minor_unit_is_the_currencys(currency: str, decimals: int) -> None:
    assert minor_unit(currency) == decimals


@pytest.mark.parametrize("currency", ["", "usd", "XXX", "US"])
def test_R2_8_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        minor_unit(currency)
    assert (refusal.value.code, refusal.value.rule) == ("unsupported_currency", "R2.8")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("85.0425", "USD", "85.04"),
        ("0.005", "USD", "0.01"),
        ("0.004999999999", "USD", "0.00"),
        ("-0.005", "USD", "-0.01"),
        ("-0.004", "USD", "0.00"),
        ("2.5", "JPY", "3"),
        ("-2.5", "JPY", "-3"),
        ("0.0005", "KWD", "0.001"),
        ("1E+3", "USD", "1000.00"),
    ],
)
def test_R2_4_totals_round_half_up_away_from_zero(amount: str, currency: str, rounded: str) -> None:
    assert str(to_minor_unit(Decimal(amount), currency)) == rounded
    assert format_amount(Decimal(amount), currency) == rounded


def test_R2_4_lines_keep_twelve_decimals() -> None:
    assert str(to_line_scale(Decimal("28.3475"))) == "28.347500000000"
    assert to_line_scale(Decimal("0.0000000000005")) == Decimal("0.000000000001")


@pytest.mark.parametrize(
    ("amount", "currency", "fits"),
    [
        ("10.50", "USD", True),
        ("10.5000", "USD", True),
        ("10.505", "USD", False),
        ("10", "JPY", True),
        ("10.5", "JPY", False),
        ("10.505", "KWD", True),
        ("NaN", "USD", False),
        ("Infinity", "USD", False),
        ("1E+400", "USD", False),
    ],
)
def test_an_amount_fits_when_it_could_be_paid(amount: str, currency: str, fits: bool) -> None:
    assert fits_minor_unit(Decimal(amount), currency) is fits


@given(amounts, currencies)
def test_rounding_moves_by_at_most_half_a_minor_unit(amount: Decimal, currency: str) -> None:
    rounded = to_minor_unit(amount, currency)
    assert fits_minor_unit(rounded, currency)
    assert abs(rounded - amount) <= Decimal("0.5").scaleb(-minor_unit(currency))
    assert Decimal(format_amount(amount, currency)) == rounded


@given(amounts)
def test_R2_4_an_amount_of_twelve_decimals_is_kept_as_it_is(amount: Decimal) -> None:
    assert to_line_scale(amount) == amount
    assert fits_scale(amount, 12)


@given(amounts, currencies)
def test_rounding_is_symmetric_about_zero(amount: Decimal, currency: str) -> None:
    assert to_minor_unit(-amount, currency) == -to_minor_unit(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("28.3475", "USD", "28.3475"),
        ("960.000000000000", "USD", "960.00"),
        ("0.000000000001", "USD", "0.000000000001"),
        ("1E+3", "JPY", "1000"),
        ("0E-12", "KWD", "0.000"),
        ("-0.0005", "USD", "-0.0005"),
    ],
)
def test_R2_4_a_line_is_printed_as_exact_as_it_is_kept(
    amount: str, currency: str, text: str
) -> None:
    assert format_exact(Decimal(amount), currency) == text


def test_amounts_of_a_setting_are_read_exactly() -> None:
    text = '{"USD": "10000", "JPY": 1500000, "EUR": 0.10, "KWD": "0.001"}'
    assert {**amounts_by_currency(text)} == {
        "USD": Decimal(10000),
        "JPY": Decimal(1500000),
        "EUR": Decimal("0.10"),
        "KWD": Decimal("0.001"),
    }
    assert {**amounts_by_currency("{}")} == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10000",
        "[1]",
        '"USD"',
        '{"USD": null}',
        '{"USD": "a lot"}',
        '{"USD": [1]}',
        '{"USD": true}',
        '{"USD": NaN}',
        '{"USD": "NaN"}',
        '{"USD": Infinity}',
        '{"USD": -1}',
        '{"USD": 0.001}',
        '{"JPY": 0.5}',
        '{"XXX": 1}',
        '{"USD": 1e400}',
    ],
)
def test_a_setting_that_gives_no_amounts_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        amounts_by_currency(text)
