from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByCycle,
    ByFlag,
    ByInstant,
    ByNumber,
    ByWord,
    Filters,
    between,
)


class BillLookFilters(Filters):
    bill = ByNumber("bill__number")
    seller = ByNumber("bill__seller__number")
    cycle = ByCycle("bill__cycle")
    cycle_from, cycle_to = between(ByCycle, "bill__cycle")
    currency = ByWord("bill__currency")
    settlement_amount_from, settlement_amount_to = between(ByAmount, "bill__settlement_amount")
    due = ByFlag("looked_at", lookup_expr="isnull")
    looked_by = ByWord("looked_by__username")
    looked_at_from, looked_at_to = between(ByInstant, "looked_at")
    modified_since = ChangedSince("modified_at")
