"""What was sold, month by month: by product, and by customer (R2.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Sum

from koogallery.kit.money import ZERO
from settlement.models import Bill, BillLine, BillProduct

#: Lines are summed by customer on the page itself: so many at most, whatever the months hold.
MOST_LINES = 100_000


@dataclass(slots=True)
class Sold:
    """What a product, or a customer, settled: by the cycle of the bill."""

    name: str
    number: str = ""
    by_cycle: dict[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum(self.by_cycle.values(), ZERO)


def by_product(bills: Sequence[Bill]) -> list[Sold]:
    """The largest first; a product keeps the name of its last bill."""
    rows = BillProduct.objects.filter(bill__in=bills).order_by("bill__cycle", "pk")
    sold = dict[str, Sold]()
    for number, name, cycle, settled in rows.values_list(
        "number", "name", "bill__cycle", "settlement"
    ):
        product = sold.setdefault(number, Sold(name, number))
        product.name, product.by_cycle[cycle] = name, settled
    return _largest_first(sold)


def by_customer(bills: Sequence[Bill]) -> list[Sold]:
    """The largest first; adjustments are of no customer."""
    lines = BillLine.objects.filter(bill__in=bills).exclude(order=None).order_by()
    rows = lines.values(customer=F("order__customer_name"), of=F("bill__cycle"))
    sold = dict[str, Sold]()
    for row in rows.annotate(settled=Sum("settlement")):
        customer = sold.setdefault(row["customer"], Sold(row["customer"]))
        customer.by_cycle[row["of"]] = row["settled"]
    return _largest_first(sold)


def summed_at_once(bills: Sequence[Bill]) -> list[Bill]:
    """The last of them whose lines are few enough together."""
    chosen, lines = list[Bill](), 0
    for bill in sorted(bills, key=lambda each: each.cycle, reverse=True):
        lines += bill.line_count
        if lines > MOST_LINES:
            break
        chosen.append(bill)
    return chosen


def _largest_first(sold: dict[str, Sold]) -> list[Sold]:
    return sorted(sold.values(), key=lambda each: (-each.total, each.name))
