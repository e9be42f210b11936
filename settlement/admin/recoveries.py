from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.reading import ReadOnlyAdmin
from settlement.admin import tones
from settlement.choices import Source
from settlement.models import Receivable, Recovery
from settlement.services.paths import recovery_path

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
class RecoveryAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        columns.link("refund", "Refund"),
        columns.link("seller", "Seller"),
        "cycle",
        columns.state(tones.RECOVERY),
        columns.amount("amount", "Amount"),
        columns.amount("outstanding", "Outstanding"),
        "refunded_at",
    ]
    list_filter = ["state", ("seller", AutocompleteSelectFilter)]
    search_fields = ["number__exact", "refund__number__exact"]
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


@admin.register(Receivable)
class ReceivableAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        columns.link("recovery", "Recovery"),
        columns.link("seller", "Seller"),
        columns.state(tones.RECEIVABLE),
        columns.amount("amount", "Amount"),
        columns.amount("recovery.outstanding", "Outstanding"),
        "due_at",
    ]
    list_filter = ["state", ("seller", AutocompleteSelectFilter)]
    search_fields = ["number__exact", "recovery__refund__number__exact"]
    list_select_related = ["seller", "recovery"]
    fields = [
        "number",
        columns.link("recovery", "Recovery"),
        columns.link("recovery.refund", "Refund"),
        columns.link("seller", "Seller"),
        "state",
        columns.amount("amount", "Amount"),
        columns.amount("recovery.outstanding", "Outstanding"),
        "due_at",
        "opened_at",
        "payments",
    ]

    @columns.shown("Payments")
    def payments(self, receivable: Receivable) -> SafeString:
        payments = receivable.payments.select_related("recorded_by")
        return columns.table(
            ["At", "Reference", "Recorded by", columns.amount_heading("Amount")],
            [
                (
                    each.at,
                    each.reference,
                    each.recorded_by,
                    columns.amount_cell(each.amount, receivable.currency),
                )
                for each in payments
            ],
        )
