"""Which sellers of a month somebody has to look at before their bills are approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from koogallery.kit.figures import money_text
from koogallery.kit.language import Sentence, marked
from koogallery.kit.money import ZERO
from settlement.rules.approvals import SECOND_APPROVAL_FROM

NO_BILL_AFTER_SEVERAL = marked("No bill, after %(mean)s, the mean of the last %(count)s bills.")
NO_BILL_AFTER_ONE = marked("No bill, after %(mean)s, the last bill.")
ABOVE_SEVERAL = marked(
    "%(amount)s is more than %(times)s times %(mean)s, the mean of the last %(count)s bills."
)
ABOVE_ONE = marked("%(amount)s is more than %(times)s times %(mean)s, the last bill.")
BELOW_SEVERAL = marked(
    "%(amount)s is less than %(times)s times %(mean)s, the mean of the last %(count)s bills."
)
BELOW_ONE = marked("%(amount)s is less than %(times)s times %(mean)s, the last bill.")
FIRST_EARNED = marked("%(amount)s is above %(limit)s and nothing was earned by earlier ones.")
FIRST = marked("%(amount)s is above %(limit)s and is the first bill.")


@dataclass(frozen=True, slots=True)
class Rails:
    """More than `multiple` of a seller's trailing mean, or below `fall` of it, stops for a look.

    So does no bill of a seller whose last one is at most `gap` months ago, and `first_bill_above`
    by currency for newcomers; a currency that is not named has the amount from which two people
    approve a refund (R4.4).
    """

    multiple: Decimal
    fall: Decimal
    gap: int
    first_bill_above: Mapping[str, Decimal]

    def first_bill_limit(self, currency: str) -> Decimal:
        return self.first_bill_above.get(currency, SECOND_APPROVAL_FROM[currency])


@dataclass(frozen=True, slots=True)
class Trail:
    """What went before: the amounts of a seller's last bills, and how many months ago the last is.

    `usage_stopped`: there was usage on that one, and none came since.
    """

    amounts: Sequence[Decimal] = ()
    gap: int | None = None
    usage_stopped: bool = False

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, ZERO)


@dataclass(frozen=True, slots=True)
class LookDue:
    """Why this seller stops for a look."""

    code: str
    told: Sentence

    def as_stored(self) -> dict[str, Any]:
        """In English, and so that it can be told in any language."""
        told = [[self.told.message, dict(self.told.values)]]
        return {"code": self.code, "detail": self.told.english, "told": told}


def looks_due(
    issued: Decimal | None, trail: Trail, currency: str, rails: Rails
) -> tuple[LookDue, ...]:
    """`issued` is what the seller would be issued altogether; None: no bill."""
    found = [_no_bill(trail, currency, rails) if issued is None else None]
    if issued is not None:
        found = [_amount(issued, trail, currency, rails)]
    if trail.usage_stopped:
        told = Sentence("There is no usage this time; on the last bill there was.")
        found.append(LookDue("usage_stopped", told))
    return tuple(look for look in found if look)


def _no_bill(trail: Trail, currency: str, rails: Rails) -> LookDue | None:
    if trail.total <= ZERO or trail.gap is None or trail.gap > rails.gap:
        return None
    message = NO_BILL_AFTER_SEVERAL if len(trail.amounts) > 1 else NO_BILL_AFTER_ONE
    return LookDue("no_bill", Sentence(message, _mean(trail, currency)))


def _amount(issued: Decimal, trail: Trail, currency: str, rails: Rails) -> LookDue | None:
    """A mean of nothing or less says nothing; then the amount for a first bill decides."""
    if trail.total <= ZERO:
        return _first(issued, trail, currency, rails)
    count = len(trail.amounts)
    figures = {"amount": money_text(issued, currency), **_mean(trail, currency)}
    if issued * count > trail.total * rails.multiple:
        times = {"times": f"{rails.multiple.normalize():f}"}
        message = ABOVE_SEVERAL if count > 1 else ABOVE_ONE
        return LookDue("above_trailing_mean", Sentence(message, figures | times))
    if issued * count < trail.total * rails.fall:
        times = {"times": f"{rails.fall.normalize():f}"}
        message = BELOW_SEVERAL if count > 1 else BELOW_ONE
        return LookDue("below_trailing_mean", Sentence(message, figures | times))
    return None


def _first(issued: Decimal, trail: Trail, currency: str, rails: Rails) -> LookDue | None:
    limit = rails.first_bill_limit(currency)
    if issued <= limit:
        return None
    message = FIRST_EARNED if trail.amounts else FIRST
    figures = {"amount": money_text(issued, currency), "limit": money_text(limit, currency)}
    return LookDue("first_bill_above", Sentence(message, figures))


def _mean(trail: Trail, currency: str) -> dict[str, str]:
    count = len(trail.amounts)
    mean = {"mean": money_text(trail.total / count, currency)}
    return {**mean, "count": str(count)} if count > 1 else mean
