from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByCycle, ByFlag, ByNumber, ByWord, Filters, between
from settlement.models import BillHold, BillLook, BillPreview, BillPreviewSeller, BillRun


class RunFilters(Filters):
    model = BillRun
    columns = "cycle state everyone preview created_at started_at finished_at"
    id = ByNumber("number")
    #: A run changes when it is asked for, with every batch, good or bad, and when it ends.
    modified_since = ChangedSince(
        "created_at", "started_at", "progressed_at", "last_error_at", "finished_at"
    )


class StoredPreviewFilters(Filters):
    model = BillPreview
    columns = "cycle state everyone created_at"


class PreviewPartFilters(Filters):
    model = BillPreviewSeller
    columns = (
        "seller currency state look settlement_amount net_payable difference from_deposit "
        "to_receivable"
    )


class HoldFilters(Filters):
    model = BillHold
    columns = "number seller preview held_by released_by held_at released_at"
    released = ByFlag("released_at", lookup_expr="isnull", exclude=True)
    modified_since = ChangedSince("modified_at")


class BillLookFilters(Filters):
    model = BillLook
    columns = "bill looked_by looked_at"
    seller = ByNumber("bill__seller__number")
    cycle = ByCycle("bill__cycle")
    cycle_from, cycle_to = between(ByCycle, "bill__cycle")
    currency = ByWord("bill__currency")
    settlement_amount_from, settlement_amount_to = between(ByAmount, "bill__settlement_amount")
    due = ByFlag("looked_at", lookup_expr="isnull")
    modified_since = ChangedSince("modified_at")
