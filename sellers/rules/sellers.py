"""What a seller's business data must satisfy."""

from decimal import Decimal

from koogallery.kit.countries import country_violations
from koogallery.kit.errors import Violation
from koogallery.kit.names import name_violations
from sellers.rules.figures import amount_violations, currency_violations, tax_violations


def seller_violations(
    *,
    company_name: str,
    country: str,
    settlement_currency: str,
    withholding_tax_rate: Decimal,
    digital_service_tax_rate: Decimal,
    required_deposit: Decimal,
) -> list[Violation]:
    """The rates are the seller's own taxes (R2.2); the deposit is in the settlement currency."""
    return [
        *name_violations("company_name", company_name),
        *country_violations("country", country, "R9.1"),
        *currency_violations("settlement_currency", settlement_currency),
        *tax_violations(
            {
                "withholding_tax_rate": withholding_tax_rate,
                "digital_service_tax_rate": digital_service_tax_rate,
            }
        ),
        *amount_violations("required_deposit", required_deposit, settlement_currency, rule="R6.2"),
    ]


def left_violation(field: str, detail: str) -> Violation:
    """A seller who has left sells nothing new and does not come back (R6.3)."""
    return Violation(field, "seller_has_left", detail, "R6.3")
