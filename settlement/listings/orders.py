import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByCycle,
    ByFlag,
    ByInstant,
    ByName,
    ByNumber,
    ByWord,
    OneOf,
    between,
)
from sellers.choices import BillingMode, DeliveryMethod, OrderType, Supervision
from sellers.models import Order
from settlement.choices import LineKind
from settlement.models import BillLine
from settlement.readings.enabling import waiting_to_be_enabled

BILLING_STATUS = [("billed", "Billed"), ("unbilled", "Not billed yet")]
_ON_A_BILL = Exists(BillLine.objects.filter(kind=LineKind.ORDER, order=OuterRef("pk")))


class OrderFilters(django_filters.FilterSet):
    number = ByNumber("number")
    customer_wht_from, customer_wht_to = between(ByAmount, "customer_wht")
    unit_price_from, unit_price_to = between(ByAmount, "unit_price")
    platform_fee_ratio_from, platform_fee_ratio_to = between(ByAmount, "platform_fee_ratio")
    term_ends_at_from, term_ends_at_to = between(ByInstant, "term_ends_at")
    supervision_completed_at_from, supervision_completed_at_to = between(
        ByInstant, "supervision_completed_at"
    )
    recorded_at_from, recorded_at_to = between(ByInstant, "recorded_at")
    seller = ByNumber("seller__number")
    product = ByNumber("product__number")
    delivery_method = OneOf("product__delivery_method", choices=DeliveryMethod.choices)
    order_type = OneOf(choices=OrderType.choices)
    billing_mode = OneOf(choices=BillingMode.choices)
    supervision_status = OneOf(choices=Supervision.choices)
    customer_name = ByName("customer_name")
    customer_account = ByWord("customer_account")
    customer_email = ByWord("customer_email")
    currency = ByWord("currency")
    paid_amount_from, paid_amount_to = between(ByAmount, "paid_amount")
    sales_amount_from, sales_amount_to = between(ByAmount, "sales_amount")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    due_cycle = ByCycle("due_cycle")
    billing_status = django_filters.ChoiceFilter(choices=BILLING_STATUS, method="by_status")
    bill = ByNumber("bill_lines__bill__number")
    placed_at_from, placed_at_to = between(ByInstant, "placed_at")
    paid_at_from, paid_at_to = between(ByInstant, "paid_at")
    effective_at_from, effective_at_to = between(ByInstant, "effective_at")
    awaits_enabling = ByFlag("paid_at", method="by_enabling", label="Paid and not in effect")
    is_cancelled = ByFlag("cancelled_at", lookup_expr="isnull", exclude=True)
    cancelled_at_from, cancelled_at_to = between(ByInstant, "cancelled_at")
    ended_at_from, ended_at_to = between(ByInstant, "ended_at")
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
