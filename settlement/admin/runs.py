from django.contrib import admin
from django.utils.safestring import SafeString

from koogallery.admin import columns
from koogallery.admin.reading import ReadOnlyAdmin
from settlement.admin import tones
from settlement.choices import RunSellerState
from settlement.models import BillRun
from settlement.services.progress import progress_of


@admin.register(BillRun)
class BillRunAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        "cycle",
        columns.state(tones.RUN),
        "everyone",
        "sellers_total",
        "requested_by",
        "started_at",
        "finished_at",
        "reason",
    ]
    list_filter = ["state", "everyone"]
    search_fields = ["number__exact", "cycle__exact"]
    list_select_related = ["requested_by"]
    fields = [
        "number",
        "cycle",
        "state",
        "everyone",
        "reason",
        "requested_by",
        "created_at",
        "started_at",
        "finished_at",
        "progress",
        "parked",
    ]

    @columns.shown("Progress")
    def progress(self, run: BillRun) -> str:
        now = progress_of(run)
        return (
            f"{now.sellers_done} of {now.sellers_total} sellers closed, "
            f"{now.sellers_parked} parked, {now.lines} lines"
        )

    @columns.shown("Parked sellers")
    def parked(self, run: BillRun) -> SafeString:
        parts = run.parts.filter(state=RunSellerState.PARKED).select_related("seller")
        return columns.table(
            ["Seller", "Reason"],
            [(columns.page_of(each.seller), each.reason) for each in parts.order_by("seller")],
        )
