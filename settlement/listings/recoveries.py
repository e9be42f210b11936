import django_filters

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByCycle,
    ByInstant,
    ByNumber,
    ByWord,
    OneOf,
    between,
)
from settlement.choices import RecoveryBasis, RecoveryState


class RecoveryFilters(django_filters.FilterSet):
    number = ByNumber("number")
    basis = OneOf(choices=RecoveryBasis.choices)
    window_start = ByCycle("window_start")
    window_end = ByCycle("window_end")
    opened_at_from, opened_at_to = between(ByInstant, "opened_at")
    refund = ByNumber("refund__number")
    order = ByNumber("refund__order__number")
    seller = ByNumber("seller__number")
    original_bill = ByNumber("original_bill__number")
    taken_from_bill = ByNumber("allocations__bill__number")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    currency = ByWord("currency")
    state = OneOf(choices=RecoveryState.choices)
    amount_from, amount_to = between(ByAmount, "amount")
    outstanding_from, outstanding_to = between(ByAmount, "outstanding")
    refunded_at_from, refunded_at_to = between(ByInstant, "refunded_at")
    modified_since = ChangedSince("modified_at")
