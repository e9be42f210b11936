from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.reading import ReadOnlyAdmin
from koogallery.dates import cycle_label
from settlement.choices import Source
from settlement.models import Recovery
from settlement.readings.recovery_paths import recovery_path

SOURCES = {
    Source.BILL: _("Bill"),
    Source.DEPOSIT: _("Deposit"),
    Source.PAYMENT: _("Payment by the seller"),
}


def path_table(recovery: Recovery) -> SafeString:
    """Taken, planned, open: the whole path of a recovery with dates and amounts (R5.6)."""
    return columns.table(
        [
            gettext("Progress"),
            gettext("Taken from"),
            gettext("Cycle"),
            gettext("Document"),
            gettext("On"),
            columns.amount_heading(gettext("Amount")),
        ],
        [
            (
                step.progress.label,
                SOURCES[step.source],
                cycle_label(step.cycle) if step.cycle else "–",
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
        "refund",
        "seller",
        "cycle",
        "state",
        "amount",
        "outstanding",
        "refunded_at",
    ]
    list_filter = ["state", "seller", "refunded_at", "amount"]
    search_fields = ["number__exact", "refund__number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a recovery, a refund or a seller, or a seller’s name")
    fields = [
        "number",
        "refund",
        "seller",
        columns.link("original_bill", _("Bill it was settled on")),
        "state",
        "basis",
        "amount",
        "outstanding",
        "refunded_at",
        "window_start",
        "window_end",
        "path",
    ]

    path = columns.told(_("Path (R5.6); planned amounts are at most"), path_table)
