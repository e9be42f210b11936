"""The VAT of an invoice: per rate net and tax, which together make it (R8.1)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from koogallery.kit.errors import Violation
from koogallery.kit.figures import money_text, percent_text
from koogallery.kit.language import gettext as _
from koogallery.kit.money import EXACT, ZERO, fits_minor_unit, fits_scale, to_minor_unit

RULE = "R8.1"
#: Decimals of a rate, which is a share of the net.
RATE_SCALE = 6
#: More rates than any country has.
MOST_RATES = 20


@dataclass(frozen=True, slots=True)
class TaxedPart:
    """What of an invoice is taxed at one rate, and the tax on it."""

    rate: Decimal
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def tax_on(net: Decimal, rate: Decimal, currency: str) -> Decimal:
    """Half up to the currency's minor unit, as the database computes it."""
    return to_minor_unit(EXACT.multiply(net, rate), currency)


def untaxed(amount: Decimal) -> tuple[TaxedPart, ...]:
    """An invoice that says nothing of VAT charges none: all of it at rate 0."""
    return (TaxedPart(ZERO, amount, ZERO),)


def tax_violations(parts: Sequence[TaxedPart], amount: Decimal, currency: str) -> list[Violation]:
    """Everything wrong with the VAT of an invoice over `amount` net."""
    if len(parts) > MOST_RATES:
        detail = _("At most %(most)s rates of VAT.") % {"most": MOST_RATES}
        return [Violation("taxes", "too_many_rates", detail, RULE)]
    times = Counter(part.rate for part in parts)
    found = [
        wrong
        for place, part in enumerate(parts)
        for wrong in _wrong(part, f"taxes.{place}", times, currency)
    ]
    total = sum((part.net for part in parts), ZERO)
    if not found and total != amount:
        detail = _("The net amounts of the rates add up to %(total)s, the invoice is %(amount)s.")
        detail %= {"total": money_text(total, currency), "amount": money_text(amount, currency)}
        found.append(Violation("taxes", "rates_differ_from_net", detail, RULE))
    return found


def _wrong(
    part: TaxedPart, path: str, times: Counter[Decimal], currency: str
) -> Iterator[Violation]:
    if not (ZERO <= part.rate < 1 and fits_scale(part.rate, RATE_SCALE)):
        detail = _("A rate of VAT is a share: at least 0 and less than 1.")
        yield Violation(f"{path}.rate", "invalid_rate", detail, RULE)
        return
    if times[part.rate] > 1:
        detail = _("Each rate of VAT stands once on an invoice.")
        yield Violation(f"{path}.rate", "rate_named_twice", detail, RULE)
    if part.net <= ZERO or not fits_minor_unit(part.net, currency):
        detail = _("A net amount is more than 0, and in the minor unit of %(currency)s.")
        yield Violation(f"{path}.net", "invalid_net", detail % {"currency": currency}, RULE)
    elif part.tax != (tax := tax_on(part.net, part.rate, currency)):
        detail = _("%(rate)s of %(net)s is %(tax)s, rounded half up to the minor unit.")
        detail %= {
            "rate": percent_text(part.rate),
            "net": money_text(part.net, currency),
            "tax": money_text(tax, currency),
        }
        yield Violation(f"{path}.tax", "tax_differs", detail, RULE)
