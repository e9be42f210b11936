from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByCycle, ByFlag, ByNumber, ByWord, Filters, between
from settlement.models import BillLook


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
