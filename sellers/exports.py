"""Which lists of sellers' facts can be exported."""

from django.utils.translation import gettext_lazy as _

from koogallery.exports.kinds import register
from koogallery.exports.lists import ExportedList
from sellers.api import filters
from sellers.api.deliveries import MessageFilters
from sellers.models import DeliveryMessage, Order, Product, UsageRecord
from sellers.portal import forms, tables

PRODUCTS = ExportedList(
    name="products",
    label=_("Products"),
    rows=Product.objects.with_present_ratio(),
    columns={
        "number": "number",
        "seller": "seller__number",
        "name": "name",
        "delivery_method": "delivery_method",
        "supervised": "supervised",
        "platform_fee_ratio": "present_ratio",
        "delisted_at": "delisted_at",
        "created_at": "created_at",
    },
    form=forms.ProductFilters,
    filters=filters.ProductFilters,
    shown=tables.PRODUCTS,
    ordering="number",
)

USAGE = ExportedList(
    name="usage-records",
    label=_("Usage records"),
    rows=UsageRecord.objects.all(),
    columns={
        "metering_sn": "metering_sn",
        "seller": "seller__number",
        "order": "order__number",
        "package": "package__number",
        "product": "order__product__number",
        "product_name": "order__product__name",
        "customer_account": "order__customer_account",
        "started_at": "started_at",
        "ended_at": "ended_at",
        "quantity": "quantity",
        "unit_price": "unit_price",
        "currency": "order__currency",
        "sales_amount": "sales_amount",
        "customer_wht": "customer_wht",
        "cycle": "cycle",
        "due_cycle": "due_cycle",
    },
    form=forms.UsageFilters,
    filters=filters.UsageFilters,
    amounts=frozenset({"sales_amount", "customer_wht"}),
)

SUPERVISIONS = ExportedList(
    name="supervisions",
    label=_("Service Supervision"),
    rows=Order.objects.not_cancelled(),
    columns={
        "order": "number",
        "seller": "seller__number",
        "product": "product__number",
        "product_name": "product__name",
        "customer_name": "customer_name",
        "customer_account": "customer_account",
        "supervision_status": "supervision_status",
        "placed_at": "placed_at",
        "paid_at": "paid_at",
        "currency": "currency",
        "sales_amount": "sales_amount",
    },
    form=forms.SupervisionFilters,
    filters=filters.SupervisionFilters,
    shown=tables.SUPERVISIONS,
    ordering="placed_at",
    amounts=frozenset({"sales_amount"}),
)

MESSAGES = ExportedList(
    name="delivery-messages",
    label=_("Delivery Messages"),
    rows=DeliveryMessage.objects.all(),
    columns={
        "number": "number",
        "seller": "seller__number",
        "product": "interface__product__number",
        "product_name": "interface__product__name",
        "order": "order__number",
        "instance_id": "instance__instance_id",
        "activity": "activity",
        "is_test": "is_test",
        "state": "state",
        "attempts_made": "attempts_made",
        "result_code": "result_code",
        "result": "result",
        "queued_at": "queued_at",
        "closed_at": "closed_at",
    },
    form=forms.MessageFilters,
    filters=MessageFilters,
    shown=tables.MESSAGES,
    ordering="-queued_at",
)

for each in (PRODUCTS, USAGE, SUPERVISIONS, MESSAGES):
    register(each.kind())
