"""Which sellers of a month somebody has to look at before their bills are approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from koogallery.kit.figures import money_text
from koogallery.kit.money import ZERO
from settlement.rules.approvals import SECOND_APPROVAL_FROM


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
    detail: str


def looks_due(
    issued: Decimal | None, trail: Trail, currency: str, rails: Rails
) -> tuple[LookDue, ...]:
    """`issued` is what the seller would be issued altogether; None: no bill."""
    found = [_no_bill(trail, currency, rails) if issued is None else None]
    if issued is not None:
        found = [_amount(issued, trail, currency, rails)]
    if trail.usage_stopped:
        found.append(
            LookDue("usage_stopped", "There is no usage this time; on the last bill there was.")
        )
    return tuple(look for look in found if look)


def _no_bill(trail: Trail, currency: str, rails: Rails) -> LookDue | None:
    if trail.total <= ZERO or trail.gap is None or trail.gap > rails.gap:
        return None
    return LookDue("no_bill", f"No bill, after {_mean(trail, currency)}.")


def _amount(issued: Decimal, trail: Trail, currency: str, rails: Rails) -> LookDue | None:
    """A mean of nothing or less says nothing; then the amount for a first bill decides."""
    if trail.total <= ZERO:
        return _first(issued, trail, currency, rails)
    count, told = len(trail.amounts), money_text(issued, currency)
    if issued * count > trail.total * rails.multiple:
        detail = f"{told} is more than {_times(rails.multiple)} {_mean(trail, currency)}."
        return LookDue("above_trailing_mean", detail)
    if issued * count < trail.total * rails.fall:
        detail = f"{told} is less than {_times(rails.fall)} {_mean(trail, currency)}."
        return LookDue("below_trailing_mean", detail)
    return None


def _first(issued: Decimal, trail: Trail, currency: str, rails: Rails) -> LookDue | None:
    limit = rails.first_bill_limit(currency)
    if issued <= limit:
        return None
    told = "and nothing was earned by earlier ones" if trail.amounts else "and is the first bill"
    detail = f"{money_text(issued, currency)} is above {money_text(limit, currency)} {told}."
    return LookDue("first_bill_above", detail)


def _times(share: Decimal) -> str:
    return f"{share.normalize():f} times"


def _mean(trail: Trail, currency: str) -> str:
    count = len(trail.amounts)
    mean = money_text(trail.total / count, currency)
    return f"{mean}, " + (f"the mean of the last {count} bills" if count > 1 else "the last bill")
