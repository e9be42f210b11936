"""Why a bill pays another amount than the one before it, cause by cause, to the cent (R2.5)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import prefetch_related_objects

from koogallery.kit.money import ZERO, to_minor_unit
from settlement.choices import ChangeCause
from settlement.models import Bill, BillProduct

#: So many products stand for themselves; the sales of the others are one change.
PRODUCTS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A signed part of the difference; sales name their product, or all others together."""

    cause: ChangeCause
    amount: Decimal
    product: BillProduct | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two bills in a row of one seller; the changes, the largest first, make the difference."""

    before: Bill
    bill: Bill
    changes: tuple[Change, ...]

    @property
    def difference(self) -> Decimal:
        return self.bill.net_payable - self.before.net_payable


def comparison_of(bill: Bill, before: Bill | None = None) -> Comparison | None:
    """With the seller's bill `before` it, looked up unless given; a first bill has none."""
    earlier = Bill.objects.filter(seller=bill.seller_id, cycle__lt=bill.cycle)
    before = before or earlier.order_by("-cycle").first()
    if before is None:
        return None
    prefetch_related_objects([before, bill], "products")
    was, now = _terms(before), _terms(bill)
    changes = [*_sales(before, bill), *(Change(term, now[term] - was[term]) for term in now)]
    moved = [change for change in changes if change.amount]
    return Comparison(before, bill, tuple(sorted(moved, key=lambda change: -abs(change.amount))))


def _terms(bill: Bill) -> Mapping[ChangeCause, Decimal]:
    """What leads from the sales amount to what is paid, each as it counts there."""
    return {
        ChangeCause.CUSTOMER_WHT: -bill.customer_wht,
        ChangeCause.PLATFORM_FEE: -bill.platform_fee,
        ChangeCause.WITHHOLDING_TAX: -bill.withholding_tax,
        ChangeCause.DIGITAL_SERVICE_TAX: -bill.digital_service_tax,
        ChangeCause.ADJUSTMENTS: bill.adjustments,
        ChangeCause.NEGATIVE_BALANCE: max(bill.settlement_amount, ZERO) - bill.settlement_amount,
        ChangeCause.RECOVERED: -bill.recovered,
    }


def _sales(before: Bill, bill: Bill) -> list[Change]:
    """Per product, rounded; the products that are not named take what rounding leaves."""
    moved: dict[int, Decimal] = defaultdict(lambda: ZERO)
    named: dict[int, BillProduct] = {}
    for sold in [*before.products.all(), *bill.products.all()]:
        sales = to_minor_unit(sold.sales_amount, bill.currency)
        moved[sold.product_id] += sales if sold.bill_id == bill.pk else -sales
        named[sold.product_id] = sold
    largest = sorted(moved, key=lambda product: -abs(moved[product]))[:PRODUCTS_NAMED]
    changes = [Change(ChangeCause.SALES, moved[product], named[product]) for product in largest]
    left = bill.sales_amount - before.sales_amount - sum((each.amount for each in changes), ZERO)
    return [*changes, Change(ChangeCause.SALES, left)]
