from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from koogallery.dates import cycle_label
from koogallery.kit.figures import percent_text
from koogallery.kit.money import ZERO
from koogallery.portal.sums import Upright, bar_rows, uprights
from sellers.portal.views.settings import SettingsPage
from settlement.models import Bill
from settlement.readings.sales import Sold, by_customer, by_product, summed_at_once

# Trends: what each product and each customer settled, month by month, drawn beside its figures.

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


class Sales(SettingsPage):
    """Of a seller's last bills: by month, by product, by customer."""

    template_name = "settlement/sales.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = Bill.objects.filter(seller=self.seller).order_by("-cycle")[:MONTHS]
        bills = sorted(last, key=lambda bill: bill.cycle)
        cycles = [bill.cycle for bill in bills]
        summed = summed_at_once(bills)
        return super().get_context_data(
            currency=self.seller.settlement_currency,
            months=bar_rows(
                (
                    cycle_label(bill.cycle),
                    bill.settlement_amount,
                    reverse("console:bill-detail", args=[bill.number]),
                )
                for bill in reversed(bills)
            ),
            products=trends(by_product(bills), cycles, _product) if bills else [],
            customers=trends(by_customer(summed), sorted(bill.cycle for bill in summed), _customer)
            if summed
            else [],
            left_out=len(bills) - len(summed),
            **kwargs,
        )


def _product(sold: Sold) -> str:
    return reverse("console:product-detail", args=[sold.number])


def _customer(sold: Sold) -> str:
    return f"{reverse('console:order-list')}?{urlencode({'customer_name': sold.name})}"
