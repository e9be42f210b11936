"""Amounts: exact until a total is rounded, and rounded in this place only (R2.4)."""

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from types import MappingProxyType

from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import gettext as _

ZERO = Decimal(0)

#: Decimals of a line settlement, of a usage quantity and of a unit price (R2.4).
LINE_SCALE = 12

#: Bound of every single amount: 15 digits before the point. Sums have room above it.
AMOUNT_LIMIT = Decimal(10) ** 15

#: Wide enough that products of amounts, ratios and rates, and sums of millions of them, stay
#: exact; the default context would round them to 28 digits, half even, before we round.
EXACT = Context(prec=96, rounding=ROUND_HALF_UP)

#: Currencies a seller can be settled in, with their ISO 4217 minor unit.
MINOR_UNITS: Mapping[str, int] = MappingProxyType(
    {
        "AED": 2,
        "AUD": 2,
        "BHD": 3,
        "BRL": 2,
        "CAD": 2,
        "CHF": 2,
        "CLP": 0,
        "CNY": 2,
        "COP": 2,
        "EGP": 2,
        "EUR": 2,
        "GBP": 2,
        "HKD": 2,
        "IDR": 2,
        "INR": 2,
        "JPY": 0,
        "KRW": 0,
        "KWD": 3,
        "MXN": 2,
        "MYR": 2,
        "NGN": 2,
        "OMR": 3,
        "PEN": 2,
        "PHP": 2,
        "PLN": 2,
        "SAR": 2,
        "SGD": 2,
        "THB": 2,
        "TRY": 2,
        "USD": 2,
        "VND": 0,
        "ZAR": 2,
    }
)


def minor_unit(currency: str) -> int:
    """How many decimals an amount that really changes hands has."""
    try:
        return MINOR_UNITS[currency]
    except KeyError:
        raise InvalidInput(
            _("%(currency)s is not a supported settlement currency.")
            % {"currency": repr(currency)},
            code="unsupported_currency",
            rule="R2.8",
            field="currency",
        ) from None


def to_minor_unit(amount: Decimal, currency: str) -> Decimal:
    """Round a total half up, away from zero below it, as PostgreSQL's `round()` does."""
    return _round(amount, minor_unit(currency))


def to_line_scale(amount: Decimal) -> Decimal:
    """Round what one line settles: 12 decimals, so that only totals lose anything (R2.4)."""
    return _round(amount, LINE_SCALE)


def round_half_even(amount: Decimal, decimals: int) -> Decimal:
    """Round a fact that comes finer than it is kept: over many of them nothing drifts."""
    with localcontext(EXACT):
        return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN) + ZERO


def fits_scale(amount: Decimal, decimals: int) -> bool:
    """Whether the value, not the way it is written, needs no more decimals than these."""
    if not amount.is_finite() or abs(amount) > AMOUNT_LIMIT:
        return False
    written = amount.as_tuple().exponent
    if isinstance(written, int) and -written <= decimals:
        return True
    with localcontext(EXACT):
        return amount == _round(amount, decimals)


def fits_minor_unit(amount: Decimal, currency: str) -> bool:
    """Whether the amount could be paid as it stands: 10.5 USD, but not 10.5 JPY."""
    return fits_scale(amount, minor_unit(currency))


def format_amount(amount: Decimal, currency: str) -> str:
    """The plain decimal string of an amount at its minor unit, without exponent: "560.00"."""
    return f"{to_minor_unit(amount, currency):f}"


def format_exact(amount: Decimal, currency: str) -> str:
    """As exact as it is kept, at least at its minor unit: "28.3475", but "960.00"."""
    plain = f"{amount.normalize(EXACT):f}"
    shown = len(plain.partition(".")[2])
    return plain if shown > minor_unit(currency) else format_amount(amount, currency)


def amounts_by_currency(text: str) -> Mapping[str, Decimal]:
    """Amounts that a setting gives as JSON, read exactly: {"USD": 10000, "JPY": "1500000"}."""
    try:
        given = json.loads(text, parse_int=Decimal, parse_float=Decimal)
        amounts = {currency: Decimal(str(amount)) for currency, amount in given.items()}
    except (ValueError, ArithmeticError, AttributeError):
        raise InvalidInput(
            _("%(text)s is no JSON object of amounts by currency.") % {"text": repr(text)}
        ) from None
    for currency, amount in amounts.items():
        if not fits_minor_unit(amount, currency) or amount < ZERO:
            raise InvalidInput(
                _("%(amount)s is no amount in %(currency)s.")
                % {"amount": amount, "currency": currency}
            )
    return MappingProxyType(amounts)


def _round(amount: Decimal, decimals: int) -> Decimal:
    with localcontext(EXACT):
        # Adding zero turns -0.00, which PostgreSQL does not know, into 0.00.
        return amount.quantize(Decimal(1).scaleb(-decimals)) + ZERO
