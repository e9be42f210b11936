"""Which sellers of a month somebody has to look at before their bills are approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from koogallery.kit.money import ZERO
from settlement.rules.approvals import SECOND_APPROVAL_FROM
from settlement.rules.wording import money


@dataclass(frozen=True, slots=True)
class Rails:
    """`multiple` of a seller's trailing mean; `first_bill_above` by currency, for newcomers.

    A currency that is not named has the amount from which two people approve a refund (R4.4).
    """

    multiple: Decimal
    first_bill_above: Mapping[str, Decimal]

    def first_bill_limit(self, currency: str) -> Decimal:
        return self.first_bill_above.get(currency, SECOND_APPROVAL_FROM[currency])


@dataclass(frozen=True, slots=True)
class LookDue:
    """Why this seller stops for a look."""

    code: str
    detail: str


def looks_due(
    issued: Decimal, trailing: Sequence[Decimal], currency: str, rails: Rails
) -> tuple[LookDue, ...]:
    """`issued` is the seller's total of the run, `trailing` the amounts of its last bills.

    A mean of nothing or less says nothing; then the amount for a first bill decides.
    """
    total, count = sum(trailing, ZERO), len(trailing)
    if total > ZERO:
        if issued * count <= total * rails.multiple:
            return ()
        detail = (
            f"{money(issued, currency)} is more than {rails.multiple.normalize():f} times "
            f"{money(total / count, currency)}, the mean of the last {count} bills."
        )
        return (LookDue("above_trailing_mean", detail),)
    limit = rails.first_bill_limit(currency)
    if issued <= limit:
        return ()
    told = "and nothing was earned by earlier ones" if trailing else "and is the first bill"
    detail = f"{money(issued, currency)} is above {money(limit, currency)} {told}."
    return (LookDue("first_bill_above", detail),)
