"""Trends: what each product and each customer settled, month by month, drawn beside its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from koogallery.kit.figures import percent_text
from koogallery.kit.money import ZERO
from koogallery.portal.sums import Upright, uprights
from settlement.readings.sales import Sold

MONTHS = 12
#: Rows of a table; what is beyond them is summed in one more.
ROWS = 20


@dataclass(frozen=True, slots=True)
class Trend:
    """`months` from the first to the last; `bars` are of twelve that end with the last."""

    label: str
    address: str
    months: list[tuple[str, Decimal]]
    bars: list[Upright]
    last: Decimal
    total: Decimal
    share: str


def trends(
    sold: Sequence[Sold], cycles: Sequence[str], address_of: Callable[[Sold], str]
) -> list[Trend]:
    """The largest, and all others together; the shares are of what all of them settled."""
    whole = sum((each.total for each in sold), ZERO)
    rows = [_trend(each, cycles, whole, address_of(each)) for each in sold[:ROWS]]
    if rest := sold[ROWS:]:
        others = Sold(_("%(number)s others") % {"number": len(rest)})
        for cycle in cycles:
            others.by_cycle[cycle] = sum((each.by_cycle.get(cycle, ZERO) for each in rest), ZERO)
        rows.append(_trend(others, cycles, whole, ""))
    return rows


def _trend(sold: Sold, cycles: Sequence[str], whole: Decimal, address: str) -> Trend:
    months = [(cycle, sold.by_cycle.get(cycle, ZERO)) for cycle in cycles]
    amounts = [amount for _cycle, amount in months]
    return Trend(
        label=sold.name,
        address=address,
        months=months,
        bars=uprights([ZERO] * (MONTHS - len(amounts)) + amounts),
        last=amounts[-1],
        total=sold.total,
        share=percent_text(round(sold.total / whole, 3)) if whole > ZERO else "",
    )
