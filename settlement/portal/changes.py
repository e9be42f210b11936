"""A bill beside the one before it: a sentence, and a table whose every row leads on (R2.5)."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from koogallery.kit.money import ZERO
from koogallery.portal.sums import BarRow, bar_rows
from settlement.choices import ChangeCause
from settlement.models import Bill
from settlement.readings.bill_changes import Change, comparison_of

#: Causes of the sentence; the bill's page has all of them.
TOLD = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """The difference is `more` or `less`; where there is none, both are None."""

    bill: Bill
    before: Bill
    more: Decimal | None
    less: Decimal | None
    rows: list[BarRow]

    @property
    def told(self) -> list[BarRow]:
        return self.rows[:TOLD]

    @property
    def untold(self) -> int:
        return len(self.rows) - len(self.told)


def compared(bill: Bill, before: Bill | None = None) -> Compared | None:
    """`before`: the seller's bill before it, where that is known already."""
    comparison = comparison_of(bill, before)
    if comparison is None:
        return None
    difference = comparison.difference
    return Compared(
        bill,
        comparison.before,
        difference if difference > ZERO else None,
        -difference if difference < ZERO else None,
        bar_rows((_label(each), each.amount, _address(bill, each)) for each in comparison.changes),
    )


def _label(change: Change) -> str:
    if change.cause is not ChangeCause.SALES:
        return str(change.cause.label)
    if change.product is None:
        return _("Sales of other products")
    return _("Sales of %(product)s") % {"product": change.product.name}


def _address(bill: Bill, change: Change) -> str:
    """The lines of a product; of anything else, where the bill says why it is so."""
    page = reverse("console:bill-detail", args=[bill.number])
    if change.product:
        return f"{page}?{urlencode({'product': change.product.number})}#lines"
    return f"{page}#{'lines' if change.cause is ChangeCause.SALES else 'sum'}"
