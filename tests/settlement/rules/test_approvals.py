from decimal import Decimal

from koogallery.kit.money import MINOR_UNITS, fits_minor_unit
from settlement.rules.approvals import SECOND_APPROVAL_FROM, Limit, limit_of


def test_R4_4_a_setting_replaces_the_currencies_it_names() -> None:
    thresholds = {"USD": Decimal(500), "EUR": Decimal(0)}
    found = {name: limit_of(name, Decimal(3), thresholds) for name in ("USD", "EUR", "GBP")}
    assert found == {
        "USD": Limit(Decimal(500), Decimal(1500)),
        "EUR": Limit(Decimal(0), Decimal(1)),
        "GBP": Limit(Decimal(8000), Decimal(24000)),
    }


def test_R4_4_every_settlement_currency_has_a_threshold() -> None:
    assert SECOND_APPROVAL_FROM.keys() == MINOR_UNITS.keys()
    for currency, threshold in SECOND_APPROVAL_FROM.items():
        assert threshold > 0
        assert fits_minor_unit(threshold, currency)
