from decimal import Decimal
from typing import Any

import pytest

from sellers.rules.products import product_violations
from sellers.rules.sellers import seller_violations

SELLER: dict[str, Any] = {
    "company_name": "Contoso Cloud",
    "country": "SG",
    "settlement_currency": "SGD",
    "withholding_tax_rate": Decimal("0.147059"),
    "digital_service_tax_rate": Decimal(0),
    "required_deposit": Decimal("5000.00"),
}


def test_a_seller_in_order_breaks_no_rule() -> None:
    assert seller_violations(**SELLER) == []


@pytest.mark.parametrize(
    ("changed", "violation"),
    [
        ({"country": "sg"}, ("R9.1", "country", "invalid_country")),
        ({"country": "SGP"}, ("R9.1", "country", "invalid_country")),
        ({"country": "ZZ"}, ("R9.1", "country", "invalid_country")),
        ({"country": "SG\n"}, ("R9.1", "country", "invalid_country")),
        (
            {"settlement_currency": "XXX"},
            ("R2.8", "settlement_currency", "unsupported_currency"),
        ),
        (
            {"withholding_tax_rate": "1.000001"},
            ("R2.2", "withholding_tax_rate", "too_large"),
        ),
        (
            {"withholding_tax_rate": "0.0000001"},
            ("R2.2", "withholding_tax_rate", "too_precise"),
        ),
        (
            {"digital_service_tax_rate": "-0.1"},
            ("R2.2", "digital_service_tax_rate", "negative"),
        ),
        ({"company_name": "Contoso\r\nBcc: x"}, ("R1.8", "company_name", "not_one_line")),
        ({"required_deposit": "-1"}, ("R6.2", "required_deposit", "negative")),
        ({"required_deposit": "0.001"}, ("R6.2", "required_deposit", "too_precise")),
    ],
)
def test_a_wrong_seller_is_refused_by_field(
    changed: dict[str, str], violation: tuple[str, str, str]
) -> None:
    text = ("company_name", "country", "settlement_currency")
    typed = {name: value if name in text else Decimal(value) for name, value in changed.items()}
    wrong = seller_violations(**{**SELLER, **typed})
    assert [(each.rule, each.field, each.code) for each in wrong] == [violation]


@pytest.mark.parametrize(
    ("ratio", "codes"),
    [
        ("0", []),
        ("1", []),
        ("0.15", []),
        ("0.150000", []),
        ("1.01", ["too_large"]),
        ("-0.01", ["negative"]),
        ("0.1234567", ["too_precise"]),
        ("NaN", ["not_a_number"]),
    ],
)
def test_R2_1_a_platform_fee_ratio_is_a_share(ratio: str, codes: list[str]) -> None:
    assert [wrong.code for wrong in product_violations(Decimal(ratio))] == codes
