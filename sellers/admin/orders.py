from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.reading import LongReadOnlyAdmin
from sellers.admin.deliveries import messages_table
from sellers.models import Order, UsageRecord


@admin.register(Order)
class OrderAdmin(LongReadOnlyAdmin):
    list_display = [
        "number",
        columns.link("seller", "Seller"),
        "order_type",
        "billing_mode",
        "customer_name",
        columns.amount("paid_amount", "Paid"),
        columns.amount("sales_amount", "Sales amount"),
        "cycle",
        "due_cycle",
    ]
    list_filter = [("seller", AutocompleteSelectFilter), "order_type", "billing_mode"]
    search_fields = ["number__startswith"]
    list_select_related = ["seller", "product"]
    fields = [
        "number",
        columns.link("seller", "Seller"),
        columns.link("product", "Product"),
        "order_type",
        "billing_mode",
        "customer_name",
        "customer_account",
        columns.amount("paid_amount", "Paid, with VAT"),
        columns.amount("sales_amount", "Sales amount, without VAT"),
        columns.amount("customer_wht", "Customer’s withholding tax"),
        "platform_fee_ratio",
        "fee_ratio_version",
        "placed_at",
        "paid_at",
        "effective_at",
        "term_ends_at",
        "supervision_status",
        "supervision_completed_at",
        "cycle",
        "due_cycle",
        "recorded_at",
        "delivery",
    ]

    @columns.shown("Told to the seller’s server (R9.4)")
    def delivery(self, order: Order) -> SafeString:
        return messages_table(order.delivery_messages.order_by("-pk"))


@admin.register(UsageRecord)
class UsageRecordAdmin(LongReadOnlyAdmin):
    list_display = [
        "metering_sn",
        columns.link("seller", "Seller"),
        columns.link("order", "Order"),
        "started_at",
        "quantity",
        columns.amount("sales_amount", "Sales amount", currency="order.currency", exact=True),
        "cycle",
        "due_cycle",
    ]
    list_filter = [("seller", AutocompleteSelectFilter)]
    search_fields = ["metering_sn__exact", "order__number__exact"]
    list_select_related = ["seller", "order"]
    fields = [
        "metering_sn",
        columns.link("seller", "Seller"),
        columns.link("order", "Order"),
        "started_at",
        "ended_at",
        "quantity",
        columns.amount("sales_amount", "Sales amount", currency="order.currency", exact=True),
        columns.amount(
            "customer_wht", "Customer’s withholding tax", currency="order.currency", exact=True
        ),
        "cycle",
        "due_cycle",
        "recorded_at",
    ]
