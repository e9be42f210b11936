from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByFlag,
    ByInstant,
    ByNumber,
    ByText,
    ByWord,
    Filters,
    OneOf,
    between,
)
from settlement.choices import AdjustmentKind


class AdjustmentFilters(Filters):
    number = ByNumber("number")
    modified_since = ChangedSince("created_at")
    seller = ByNumber("seller__number")
    bill = ByNumber("bill__number")
    kind = OneOf(choices=AdjustmentKind.choices)
    currency = ByWord("currency")
    amount_from, amount_to = between(ByAmount, "amount")
    reason = ByText("reason")
    billed = ByFlag("bill_lines", lookup_expr="isnull", exclude=True)
    billed_on = ByNumber("bill_lines__bill__number")
    created_at_from, created_at_to = between(ByInstant, "created_at")
