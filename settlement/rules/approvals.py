"""From which amount on it takes a second person (R4.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

#: From this amount on it takes two: about 10,000 US dollars in each currency,
#: in round figures, since no exchange rate is kept (R2.8). The setting of this name replaces some.
SECOND_APPROVAL_FROM: Mapping[str, Decimal] = MappingProxyType(
    {
        "AED": Decimal(35_000),
        "AUD": Decimal(15_000),
        "BHD": Decimal(4_000),
        "BRL": Decimal(50_000),
        "CAD": Decimal(14_000),
        "CHF": Decimal(9_000),
        "CLP": Decimal(9_000_000),
        "CNY": Decimal(70_000),
        "COP": Decimal(40_000_000),
        "EGP": Decimal(500_000),
        "EUR": Decimal(9_000),
        "GBP": Decimal(8_000),
        "HKD": Decimal(80_000),
        "IDR": Decimal(160_000_000),
        "INR": Decimal(850_000),
        "JPY": Decimal(1_500_000),
        "KRW": Decimal(14_000_000),
        "KWD": Decimal(3_000),
        "MXN": Decimal(180_000),
        "MYR": Decimal(45_000),
        "NGN": Decimal(15_000_000),
        "OMR": Decimal(4_000),
        "PEN": Decimal(37_000),
        "PHP": Decimal(570_000),
        "PLN": Decimal(40_000),
        "SAR": Decimal(37_500),
        "SGD": Decimal(13_000),
        "THB": Decimal(340_000),
        "TRY": Decimal(400_000),
        "USD": Decimal(10_000),
        "VND": Decimal(250_000_000),
        "ZAR": Decimal(180_000),
    }
)


@dataclass(frozen=True, slots=True)
class Limit:
    """How much is too much for one person alone: for one seller, and over all of them."""

    amount: Decimal
    of_a_person: Decimal


def limit_of(
    currency: str,
    multiple: Decimal = Decimal(10),
    thresholds: Mapping[str, Decimal] = SECOND_APPROVAL_FROM,
) -> Limit:
    """`thresholds` may name some currencies only; at 0 everything takes two."""
    amount = thresholds.get(currency, SECOND_APPROVAL_FROM[currency])
    return Limit(amount, max(amount * multiple, Decimal(1)))
