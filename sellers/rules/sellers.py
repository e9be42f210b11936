"""What a seller's business data must satisfy."""

import re
from decimal import Decimal

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from koogallery.kit.names import name_violations
from sellers.rules.figures import amount_violations, currency_violations, tax_violations

_ALPHA_2 = re.compile(r"[A-Z]{2}")


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
        *_country_violations(country),
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


def _country_violations(country: str) -> list[Violation]:
    if _ALPHA_2.fullmatch(country):
        return []
    detail = _(
        "country %(country)s is not an ISO 3166 code of two capital letters, such as CN."
    ) % {"country": repr(country)}
    return [Violation("country", "invalid_country", detail, "R9.1")]
