from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.reading import LongReadOnlyAdmin, ReadOnlyAdmin
from koogallery.portal.formats import percent_text
from settlement.admin import tones
from settlement.models import Adjustment, Bill, BillLine


@admin.register(Bill)
class BillAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        columns.link("seller", "Seller"),
        "cycle",
        columns.state(tones.BILL),
        columns.amount("sales_amount", "Sales amount"),
        columns.amount("settlement_amount", "Settlement amount"),
        columns.amount("recovered", "Recovered"),
        columns.amount("net_payable", "Net payable"),
    ]
    list_filter = ["state", ("seller", AutocompleteSelectFilter)]
    search_fields = ["number__startswith", "seller__company_name"]
    search_help_text = "Bill number, for example B202602, or company name"
    list_select_related = ["seller"]
    fields = [
        "number",
        columns.link("seller", "Seller"),
        "cycle",
        "state",
        "state_reason",
        "issued_at",
        columns.amount("sales_amount", "Sales amount"),
        columns.amount("customer_wht", "− Customers’ withholding tax"),
        columns.amount("platform_fee", "− Platform fee"),
        columns.amount("withholding_tax", "− Seller’s withholding tax"),
        columns.amount("digital_service_tax", "− Seller’s digital service tax"),
        columns.amount("adjustments", "+ Adjustments"),
        columns.amount("settlement_amount", "= Settlement amount"),
        columns.amount("recovered", "− Recovered for refunds"),
        columns.amount("net_payable", "= Net payable"),
        "its_lines",
        "taken",
    ]

    @columns.shown("Lines")
    def its_lines(self, bill: Bill) -> SafeString:
        page = reverse("admin:settlement_billline_changelist")
        return format_html(
            '<a class="link" href="{}?bill__id__exact={}">{} orders and usage records, '
            "and adjustments</a>",
            page,
            bill.pk,
            bill.line_count,
        )

    @columns.shown("Recovered for refunds (R5.6)")
    def taken(self, bill: Bill) -> SafeString:
        allocations = bill.allocations.select_related(
            "recovery__refund__order", "recovery__original_bill"
        ).order_by("pk")
        return columns.table(
            ["Refund", "Order", "Original bill", "Recovery", columns.amount_heading("Amount")],
            [
                (
                    columns.page_of(each.recovery.refund),
                    columns.page_of(each.recovery.refund.order),
                    columns.page_of(each.recovery.original_bill),
                    columns.page_of(each.recovery),
                    columns.amount_cell(each.amount, bill.currency),
                )
                for each in allocations
            ],
        )


@admin.register(BillLine)
class BillLineAdmin(LongReadOnlyAdmin):
    """The lines of one bill, reached from its page; never all lines of all bills."""

    list_display = [
        "line_no",
        "kind",
        "transaction",
        "its_cycle",
        "effective_at",
        columns.amount("sales_amount", "Sales amount", currency="bill.currency", exact=True),
        columns.amount("customer_wht", "Customer WHT", currency="bill.currency", exact=True),
        "ratio",
        columns.amount("settlement", "Settlement amount", currency="bill.currency", exact=True),
    ]
    list_display_links = None
    list_filter = ["kind", "catch_up"]
    list_select_related = ["bill", "order", "usage_record", "adjustment"]
    ordering = ["bill", "line_no"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        lines = super().get_queryset(request)
        return lines if "bill__id__exact" in request.GET else lines.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    @columns.shown("Transaction")
    def transaction(self, line: BillLine) -> SafeString | str:
        return columns.page_of(line.adjustment or line.usage_record or line.order)

    @columns.shown("Cycle")
    def its_cycle(self, line: BillLine) -> str:
        return f"{line.cycle}, caught up" if line.catch_up else line.cycle

    @columns.shown("Fee ratio")
    def ratio(self, line: BillLine) -> str:
        return percent_text(line.platform_fee_ratio)


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnlyAdmin):
    has_timeline = False
    list_display = [
        "number",
        columns.link("seller", "Seller"),
        columns.link("bill", "Corrects bill"),
        "kind",
        columns.amount("amount", "Amount"),
        "reason",
        "created_at",
    ]
    list_filter = ["kind", ("seller", AutocompleteSelectFilter)]
    search_fields = ["number__startswith", "bill__number__startswith"]
    list_select_related = ["seller", "bill"]
    fields = [
        "number",
        columns.link("seller", "Seller"),
        columns.link("bill", "Corrects bill"),
        "kind",
        columns.amount("amount", "Amount"),
        "reason",
        "created_by",
        "created_at",
    ]
