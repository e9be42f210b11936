"""Bills that wait for their invoices: how much is still to be invoiced, and until when (R8.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, Sum

from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE
from settlement.choices import COUNTED_INVOICES, BillState
from settlement.models import Bill
from settlement.models.bills import BillQuerySet


@dataclass(frozen=True, slots=True)
class AwaitedInvoice:
    """A bill that its seller has to invoice; `left` of `bill.net_payable`."""

    bill: Bill
    left: Decimal
    due_on: date
    is_overdue: bool


def awaited_invoices(bills: BillQuerySet, now: datetime) -> Sequence[AwaitedInvoice]:
    """The one due first comes first. One query."""
    counted = Sum("invoices__amount", filter=Q(invoices__state__in=COUNTED_INVOICES), default=ZERO)
    waiting = bills.filter(state=BillState.PENDING_INVOICE, invoicing_list__isnull=False)
    rows = waiting.select_related("seller", "invoicing_list").annotate(invoiced=counted)
    return list(_awaited(rows.order_by("invoicing_list__due_on", "pk"), now))


def _awaited(rows: Iterable[Bill], now: datetime) -> Iterable[AwaitedInvoice]:
    today = now.astimezone(ZONE).date()
    for bill in rows:
        due_on, invoiced = bill.invoicing_list.due_on, bill.invoiced  # type: ignore[attr-defined]
        yield AwaitedInvoice(bill, bill.net_payable - invoiced, due_on, due_on < today)
