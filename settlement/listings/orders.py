"""The list of orders, with their billing.

The usage of an order in a cycle.
"""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCycle, ByFlag, ByName, ByNumber, Filters, OneOf
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import (
    Amount,
    Choice,
    Code,
    ExactAmount,
    Instant,
    Number,
    Part,
    Quantity,
)
from koogallery.portal.tables import Column, FileOnly
from sellers.choices import DeliveryMethod
from sellers.listings.supervisions import UsageFilters
from sellers.models import Order, UsageRecord
from settlement.choices import LineKind
from settlement.models import BillLine
from settlement.readings.billing import told_by_the_database, with_billing
from settlement.readings.conditions import REASONS
from settlement.readings.enabling import waiting_to_be_enabled

BILLING_STATUS = [("billed", _("Billed")), ("unbilled", _("Not yet billed"))]
_ON_A_BILL = Exists(BillLine.objects.filter(kind=LineKind.ORDER, order=OuterRef("pk")))


class OrderFilters(Filters):
    model = Order
    columns = (
        "number customer_wht unit_price platform_fee_ratio term_ends_at "
        "supervision_completed_at recorded_at seller product order_type billing_mode "
        "supervision_status customer_name customer_account customer_email currency "
        "paid_amount sales_amount cycle placed_at paid_at effective_at cancelled_at ended_at"
    )
    product_name = ByName("product__name")
    delivery_method = OneOf("product__delivery_method", choices=DeliveryMethod.choices)
    due_cycle = ByCycle("due_cycle")
    billing_status = django_filters.ChoiceFilter(choices=BILLING_STATUS, method="by_status")
    bill = ByNumber("bill_lines__bill__number")
    awaits_enabling = ByFlag("paid_at", method="by_enabling", label="Paid and not in effect")
    is_paid = ByFlag("paid_at", lookup_expr="isnull", exclude=True)
    is_cancelled = ByFlag("cancelled_at", lookup_expr="isnull", exclude=True)
    modified_since = ChangedSince("modified_at")

    def by_enabling(
        self,
        orders: QuerySet[Order],
        name: str,  # noqa: ARG002
        wanted: bool,  # noqa: FBT001
    ) -> QuerySet[Order]:
        waiting = Q(pk__in=waiting_to_be_enabled().order_by().values("pk"))
        return orders.filter(waiting if wanted else ~waiting)

    def by_status(
        self,
        orders: QuerySet[Order],
        name: str,  # noqa: ARG002
        status: str,
    ) -> QuerySet[Order]:
        return orders.filter(_ON_A_BILL if status == "billed" else ~_ON_A_BILL)


ORDERS = Listing(
    title=_("Orders"),
    rows=with_billing(Order.objects.all()),
    filters=OrderFilters,
    narrowed_by=(
        find(
            _("Order, customer or product"),
            "number",
            "customer_name",
            "customer_account",
            "product__number",
            "product__name",
        ),
        Narrowing("product_name", _("Product")),
        Narrowing("customer_name", _("Customer")),
        *period(_("Placed"), "placed_at"),
        Narrowing("billing_status", _("Billing"), _("Billed or not"), BILLING_STATUS),
        Narrowing("order_type", _("Type"), _("All types")),
        Narrowing("billing_mode", _("Billing mode"), _("All modes")),
        Narrowing("supervision_status", _("Supervision"), _("Any")),
        Narrowing(
            "is_paid",
            _("Paid"),
            _("Paid or not"),
            (("true", _("Yes")), ("false", _("No"))),
        ),
        Narrowing(
            "awaits_enabling",
            _("Being enabled"),
            _("Being enabled or not"),
            (("true", _("Yes")), ("false", _("No"))),
        ),
        Narrowing(
            "is_cancelled",
            _("Cancelled"),
            _("Cancelled or not"),
            (("false", _("No")), ("true", _("Yes"))),
        ),
    ),
    ordering="-placed_at",
    export="orders",
    columns=(
        Number(_("Order"), "number", "order-detail", sort="-", several="seller__company_name"),
        FileOnly("seller__number", "seller"),
        FileOnly("product__number", "product"),
        Column(
            _("Product and customer"),
            "product__name",
            phone=_("Product"),
            note=("customer_name",),
            export="product_name",
        ),
        Choice(_("Type"), "order_type", note=("get_billing_mode_display",)),
        FileOnly("billing_mode"),
        FileOnly("customer_name"),
        FileOnly("customer_account"),
        Instant(_("Placed"), "placed_at", sort="-"),
        Part(_("Supervision"), "supervision_status", "settlement/cells/supervision.html"),
        FileOnly("currency"),
        Amount(_("Paid incl. VAT"), "paid_amount", sort="-", note=("currency",)),
        Amount(_("Sales amount"), "sales_amount", sort="-"),
        FileOnly("customer_wht", is_money=True),
        FileOnly("platform_fee_ratio"),
        FileOnly("paid_at"),
        FileOnly("effective_at"),
        FileOnly("supervision_completed_at"),
        FileOnly("cancelled_at"),
        FileOnly("ended_at"),
        FileOnly("cycle"),
        Part(_("Billing"), "bill", "settlement/cells/order_billing.html"),
        FileOnly("", "unbilled_reasons", computed=told_by_the_database, words=REASONS),
    ),
)


#: Instead of a cycle: of usage that has none yet.
OPEN = "open"


def of_the_order(records: QuerySet[UsageRecord], query: QueryDict) -> QuerySet[UsageRecord]:
    order, cycle = query.get("order"), query.get("cycle")
    if order:
        records = records.filter(order__number=order)
    if cycle:
        records = records.filter(cycle=None if cycle == OPEN else cycle)
    return records


USAGE = Listing(
    title=_("Usage records"),
    rows=UsageRecord.objects.select_related("order"),
    filters=UsageFilters,
    within=of_the_order,
    narrowed_by=period(_("Consumed"), "started_at"),
    ordering="id",
    export="usage-records",
    columns=(
        Code(_("Record"), "metering_sn", is_head=True),
        FileOnly("seller__number", "seller"),
        FileOnly("order__number", "order"),
        FileOnly("package__number", "package"),
        FileOnly("order__product__number", "product"),
        FileOnly("order__product__name", "product_name"),
        FileOnly("order__customer_account", "customer_account"),
        Part(_("Consumed"), "started_at", "settlement/cells/consumed.html", is_instant=True),
        FileOnly("ended_at"),
        Quantity(_("Quantity"), "quantity"),
        FileOnly("unit_price"),
        FileOnly("order__currency", "currency"),
        ExactAmount(_("Sales amount"), "sales_amount", "order__currency"),
        ExactAmount(_("Customer’s WHT"), "customer_wht", "order__currency"),
        FileOnly("cycle"),
        FileOnly("due_cycle"),
        Part(_("Bill"), template="settlement/cells/billed_on.html"),
    ),
)
