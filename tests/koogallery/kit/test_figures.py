"""Amounts and shares as people read them, the same in prose, on pages and in mail."""

from decimal import Decimal

import pytest

from koogallery.kit import figures


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
    assert figures.amount_text(Decimal(amount), currency) == text
    assert figures.money_text(Decimal(amount), currency) == f"{text} {currency}"


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
    assert figures.exact_amount_text(Decimal(amount), "USD") == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        ("0.150000", "15%"),
        ("0.125", "12.5%"),
        ("0", "0%"),
        ("1", "100%"),
        ("0.161643835616", "16.164384%"),
    ],
)
def test_a_share_is_written_as_percent(share: str, text: str) -> None:
    assert figures.percent_text(Decimal(share)) == text
