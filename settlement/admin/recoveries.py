from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.filters import AmountFilter, DayFilter
from koogallery.admin.reading import ReadOnlyAdmin
from settlement.choices import RecoveryState, Source
from settlement.models import Recovery
from settlement.readings.recovery_paths import recovery_path

SOURCES = {
    Source.BILL: "Bill",
    Source.DEPOSIT: "Deposit",
    Source.PAYMENT: "Payment by the seller",
}


def path_table(recovery: Recovery) -> SafeString:
    """Taken, planned, open: the whole path of a recovery with dates and amounts (R5.6)."""
    return columns.table(
        ["Progress", "From", "Cycle", "Document", "On", columns.amount_heading("Amount")],
        [
            (
                step.progress.capitalize(),
                SOURCES[step.source],
                step.cycle or "–",
                step.document or "–",
                step.on,
                columns.amount_cell(step.amount, recovery.currency),
            )
            for step in recovery_path(recovery)
        ],
    )


@admin.register(Recovery)
class RecoveryAdmin(ExportingAdmin, ReadOnlyAdmin):
    exported = "recoveries"
    list_display = [
        "number",
        columns.link("refund", "Refund"),
        columns.link("seller", "Seller"),
        "cycle",
        columns.state(RecoveryState),
        columns.amount("amount", "Amount"),
        columns.amount("outstanding", "Outstanding"),
        "refunded_at",
    ]
    list_filter = [
        "state",
        ("seller", AutocompleteSelectFilter),
        ("refunded_at", DayFilter),
        ("amount", AmountFilter),
    ]
    search_fields = ["number__exact", "refund__number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = "Number of a recovery, a refund or a seller, or a seller’s name"
    list_select_related = ["seller", "refund"]
    fields = [
        "number",
        columns.link("refund", "Refund"),
        columns.link("seller", "Seller"),
        columns.link("original_bill", "Bill it was settled on"),
        "state",
        "basis",
        columns.amount("amount", "Amount"),
        columns.amount("outstanding", "Outstanding"),
        "refunded_at",
        "window_start",
        "window_end",
        "path",
    ]

    @columns.shown("Path (R5.6); planned amounts are at most")
    def path(self, recovery: Recovery) -> SafeString:
        return path_table(recovery)
