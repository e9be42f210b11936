from koogallery.api.filters import (
    ByAmount,
    ByCycle,
    ByFlag,
    ByInstant,
    ByNumber,
    ByWord,
    Filters,
    OneOf,
    between,
)
from settlement.choices import Look, PreviewSellerState, PreviewState


class StoredPreviewFilters(Filters):
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    state = OneOf(choices=PreviewState.choices)
    everyone = ByFlag("everyone")
    created_at_from, created_at_to = between(ByInstant, "created_at")


class PreviewPartFilters(Filters):
    seller = ByNumber("seller__number")
    currency = ByWord("currency")
    state = OneOf(choices=PreviewSellerState.choices)
    look = OneOf(choices=Look.choices)
    settlement_amount_from, settlement_amount_to = between(ByAmount, "settlement_amount")
    net_payable_from, net_payable_to = between(ByAmount, "net_payable")
    difference_from, difference_to = between(ByAmount, "difference")
    from_deposit_from, from_deposit_to = between(ByAmount, "from_deposit")
    to_receivable_from, to_receivable_to = between(ByAmount, "to_receivable")
