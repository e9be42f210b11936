"""Orders with their billing: on which bill, or what keeps them from one."""

from collections.abc import Iterator, Mapping
from operator import attrgetter

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery.exports.kinds import ROWS_A_CHUNK, ExportKind, Selection, Values
from koogallery.exports.lists import ExportedList
from koogallery.models import User
from sellers.models import Order
from settlement.listings.orders import OrderFilters
from settlement.portal import forms, tables
from settlement.readings.billing import reasons_of, with_billing

COLUMNS: Mapping[str, str] = {
    "number": "number",
    "seller": "seller.number",
    "product": "product.number",
    "product_name": "product.name",
    "order_type": "order_type",
    "billing_mode": "billing_mode",
    "customer_name": "customer_name",
    "customer_account": "customer_account",
    "currency": "currency",
    "paid_amount": "paid_amount",
    "sales_amount": "sales_amount",
    "customer_wht": "customer_wht",
    "platform_fee_ratio": "platform_fee_ratio",
    "placed_at": "placed_at",
    "paid_at": "paid_at",
    "effective_at": "effective_at",
    "supervision_status": "supervision_status",
    "supervision_completed_at": "supervision_completed_at",
    "cancelled_at": "cancelled_at",
    "ended_at": "ended_at",
    "cycle": "cycle",
    "bill": "bill",
}
READ = attrgetter(*COLUMNS.values())

_CHOSEN = ExportedList(
    name="orders",
    label=_("Orders"),
    rows=with_billing(Order.objects.all()),
    columns={},
    form=forms.OrderFilters,
    filters=OrderFilters,
    shown=tables.ORDERS,
    ordering="-placed_at",
)


def _in_console(user: User, query: QueryDict) -> Selection:
    return _selection(_CHOSEN.console_rows(user, query))


def _by_client(user: User, filters: Mapping[str, str]) -> Selection:
    return _selection(_CHOSEN.client_rows(user, filters))


def _selection(orders: QuerySet[Order]) -> Selection:
    return Selection(lambda: _rows(orders), orders.count)


def _rows(orders: QuerySet[Order]) -> Iterator[Values]:
    now = timezone.now()
    for order in orders.iterator(chunk_size=ROWS_A_CHUNK):
        yield (*READ(order), " ".join(reasons_of(order, now)))


ORDERS = ExportKind(
    name="orders",
    label=_CHOSEN.label,
    columns=(*COLUMNS, "unbilled_reasons"),
    amounts=frozenset({"paid_amount", "sales_amount", "customer_wht"}),
    in_console=_in_console,
    by_client=_by_client,
)
