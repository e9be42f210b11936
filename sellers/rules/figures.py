"""What every amount, ratio, rate and instant must satisfy wherever it arrives."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from koogallery.kit.cycles import FIRST_INSTANT, LAST_INSTANT
from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from koogallery.kit.money import AMOUNT_LIMIT, LINE_SCALE, MINOR_UNITS, ZERO, fits_scale

#: Decimals of a fee ratio or a tax rate: 0.147059.
SHARE_SCALE = 6

#: How far two clocks may differ before an instant counts as the future (R1.8).
CLOCK_TOLERANCE = timedelta(minutes=5)

#: Checked instead when the currency itself is refused.
WIDEST_MINOR_UNIT = 3


def amount_violations(field: str, amount: Decimal, currency: str, *, rule: str) -> list[Violation]:
    """Money that changes hands: not negative, and payable as it stands in its currency."""
    decimals = MINOR_UNITS.get(currency, WIDEST_MINOR_UNIT)
    return _violations(field, amount, decimals, rule)


def exact_amount_violations(field: str, amount: Decimal, *, rule: str) -> list[Violation]:
    """Not negative, to 12 decimals: quantities, unit prices and what usage costs."""
    return _violations(field, amount, LINE_SCALE, rule)


def share_violations(field: str, share: Decimal, *, rule: str) -> list[Violation]:
    """A fee ratio or a tax rate: from 0 to 1, to six decimals."""
    if share.is_finite() and share > 1:
        return [
            Violation(
                field,
                "too_large",
                _("%(field)s is a share and cannot exceed 1.") % {"field": field},
                rule,
            )
        ]
    return _violations(field, share, SHARE_SCALE, rule)


def currency_violations(field: str, currency: str) -> list[Violation]:
    if currency in MINOR_UNITS:
        return []
    detail = _("%(field)s %(currency)s is not a supported settlement currency.") % {
        "field": field,
        "currency": repr(currency),
    }
    return [Violation(field, "unsupported_currency", detail, "R2.8")]


def tax_violations(rates: Mapping[str, Decimal]) -> list[Violation]:
    """A seller's own tax rates, of those that are given: each is a share (R2.2)."""
    return [each for name in rates for each in share_violations(name, rates[name], rule="R2.2")]


def instant_violations(field: str, instant: datetime | None) -> list[Violation]:
    """An instant without a cycle could never be billed (R1.1)."""
    if instant is None or FIRST_INSTANT <= instant <= LAST_INSTANT:
        return []
    detail = _("%(field)s lies outside the years 1970 to 2999.") % {"field": field}
    return [Violation(field, "out_of_range", detail, "R1.1")]


def future_violations(field: str, instant: datetime | None, now: datetime) -> list[Violation]:
    """What is said to have happened has happened (R1.8)."""
    if instant is None or instant <= now + CLOCK_TOLERANCE:
        return []
    detail = _("%(field)s lies in the future.") % {"field": field}
    return [Violation(field, "in_future", detail, "R1.8")]


def _violations(field: str, number: Decimal, decimals: int, rule: str) -> list[Violation]:
    if not number.is_finite():
        return [
            Violation(
                field, "not_a_number", _("%(field)s is not a number.") % {"field": field}, rule
            )
        ]
    if number < ZERO:
        return [
            Violation(
                field, "negative", _("%(field)s must not be negative.") % {"field": field}, rule
            )
        ]
    if number > AMOUNT_LIMIT:
        return [
            Violation(
                field,
                "too_large",
                _("%(field)s exceeds %(amount_limit)s.")
                % {"field": field, "amount_limit": f"{AMOUNT_LIMIT:f}"},
                rule,
            )
        ]
    if not fits_scale(number, decimals):
        detail = _("%(field)s has more than %(decimals)s decimals.") % {
            "field": field,
            "decimals": decimals,
        }
        return [Violation(field, "too_precise", detail, rule)]
    return []
