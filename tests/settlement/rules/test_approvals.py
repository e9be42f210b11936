from decimal import Decimal

import pytest

from koogallery.kit.money import MINOR_UNITS, fits_minor_unit
from settlement.rules.approvals import SECOND_APPROVAL_FROM, approvals_needed


@pytest.mark.parametrize(
    ("amount", "currency", "approvals"),
    [
        ("9999.99", "USD", 1),
        ("10000", "USD", 2),
        ("10000", "JPY", 1),
        ("1499999", "JPY", 1),
        ("1500000", "JPY", 2),
        ("2999.999", "KWD", 1),
        ("3000", "KWD", 2),
    ],
)
def test_R4_4_the_threshold_is_in_the_refunds_own_currency(
    amount: str, currency: str, approvals: int
) -> None:
    assert approvals_needed(Decimal(amount), currency) == approvals


def test_R4_4_a_setting_replaces_the_currencies_it_names() -> None:
    thresholds = {"USD": Decimal(500), "EUR": Decimal(0)}
    amounts = [("499.99", "USD"), ("500", "USD"), ("0.01", "EUR"), ("500", "GBP"), ("8000", "GBP")]
    needed = [
        approvals_needed(Decimal(amount), currency, thresholds) for amount, currency in amounts
    ]
    assert needed == [1, 2, 2, 1, 2]


def test_R4_4_every_settlement_currency_has_a_threshold() -> None:
    assert SECOND_APPROVAL_FROM.keys() == MINOR_UNITS.keys()
    for currency, threshold in SECOND_APPROVAL_FROM.items():
        assert threshold > 0
        assert fits_minor_unit(threshold, currency)
