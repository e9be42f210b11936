from decimal import Decimal

import pytest
from django.db import connection

from koogallery.kit.money import MINOR_UNITS
from settlement.rules.invoice_taxes import TaxedPart, tax_on, tax_violations, untaxed


def part(rate: str, net: str, tax: str) -> TaxedPart:
    return TaxedPart(Decimal(rate), Decimal(net), Decimal(tax))


def found(
    parts: list[TaxedPart], amount: str = "100", currency: str = "USD"
) -> list[tuple[str, str]]:
    wrong = tax_violations(parts, Decimal(amount), currency)
    assert {each.rule for each in wrong} <= {"R8.1"}
    return [(each.field, each.code) for each in wrong]


@pytest.mark.parametrize(
    ("net", "rate", "currency", "tax"),
    [
        ("100", "0.19", "EUR", "19"),
        ("0.25", "0.1", "EUR", "0.03"),  # 0.025: half up, not half even
        ("0.35", "0.1", "EUR", "0.04"),
        ("333.33", "0.07", "USD", "23.33"),
        ("105", "0.1", "JPY", "11"),
        ("1.005", "0.1", "KWD", "0.101"),
        ("999999999999999.99", "0.333333", "USD", "333333000000000.00"),
        ("50", "0", "USD", "0"),
    ],
)
def test_R8_1_tax_is_computed_per_rate_half_up(
    net: str, rate: str, currency: str, tax: str
) -> None:
    assert tax_on(Decimal(net), Decimal(rate), currency) == Decimal(tax)


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        ([part("0.19", "100", "19")], []),
        ([part("0.19", "60", "11.40"), part("0", "40", "0")], []),
        (list(untaxed(Decimal(100))), []),
        ([part("0.19", "100", "19.01")], [("taxes.0.tax", "tax_differs")]),
        ([part("0.19", "100", "0")], [("taxes.0.tax", "tax_differs")]),
        ([part("0", "40", "0"), part("0.1", "60", "5.99")], [("taxes.1.tax", "tax_differs")]),
        ([part("0.19", "99.99", "19")], [("taxes", "rates_differ_from_net")]),
        ([part("0.19", "60", "11.40")], [("taxes", "rates_differ_from_net")]),
        ([part("19", "100", "1900")], [("taxes.0.rate", "invalid_rate")]),
        ([part("1", "100", "100")], [("taxes.0.rate", "invalid_rate")]),
        ([part("-0.1", "100", "-10")], [("taxes.0.rate", "invalid_rate")]),
        ([part("0.1234567", "100", "12.35")], [("taxes.0.rate", "invalid_rate")]),
        ([part("0", "0", "0"), part("0.1", "100", "10")], [("taxes.0.net", "invalid_net")]),
        ([part("0.1", "-5", "-0.5")], [("taxes.0.net", "invalid_net")]),
        ([part("0.1", "0.005", "0")], [("taxes.0.net", "invalid_net")]),
        (
            [part("0.1", "50", "5"), part("0.10", "50", "5")],
            [("taxes.0.rate", "rate_named_twice"), ("taxes.1.rate", "rate_named_twice")],
        ),
        ([part("0", "1", "0")] * 21, [("taxes", "too_many_rates")]),
    ],
)
def test_R8_1_the_rates_make_the_invoice(
    parts: list[TaxedPart], wrong: list[tuple[str, str]]
) -> None:
    assert found(parts) == wrong


@pytest.mark.django_db
def test_R8_1_the_database_rounds_to_the_same_minor_units() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT c, minor_unit(c) FROM unnest(%s::text[]) c", [list(MINOR_UNITS)])
        assert dict(cursor.fetchall()) == dict(MINOR_UNITS)
