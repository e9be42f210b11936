import django_filters

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByCount,
    ByInstant,
    ByNumber,
    ByText,
    ByWord,
    OneOf,
    between,
)
from settlement.choices import DisputeState


class DisputeFilters(django_filters.FilterSet):
    number = ByNumber("number")
    line_no = ByCount("line_no")
    currency = ByWord("bill__currency")
    adjustment = ByNumber("adjustment__number")
    difference_from, difference_to = between(ByAmount, "difference")
    seller = ByNumber("seller__number")
    bill = ByNumber("bill__number")
    state = OneOf(choices=DisputeState.choices)
    reason = ByText("reason")
    amount_from, amount_to = between(ByAmount, "amount")
    opened_at_from, opened_at_to = between(ByInstant, "opened_at")
    answered_at_from, answered_at_to = between(ByInstant, "answered_at")
    modified_since = ChangedSince("modified_at")
