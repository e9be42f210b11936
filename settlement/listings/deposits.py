import django_filters

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByFlag,
    ByInstant,
    ByNumber,
    ByText,
    ByWord,
    OneOf,
    between,
)
from settlement.choices import MovementKind


class DepositFilters(django_filters.FilterSet):
    seller = ByNumber("number")
    currency = ByWord("settlement_currency")
    below_required = ByFlag("below_required")
    open_receivables_from, open_receivables_to = between(ByAmount, "open_receivables")
    top_up_asked_from, top_up_asked_to = between(ByAmount, "top_up_asked")
    balance_from, balance_to = between(ByAmount, "balance")
    required_from, required_to = between(ByAmount, "required_deposit")
    modified_since = ChangedSince("deposit__modified_at")


class MovementFilters(django_filters.FilterSet):
    amount_from, amount_to = between(ByAmount, "size")
    balance_after_from, balance_after_to = between(ByAmount, "balance_after")
    modified_since = ChangedSince("at")
    kind = OneOf(choices=MovementKind.choices)
    reference = ByWord("reference")
    reason = ByText("reason")
    change_from, change_to = between(ByAmount, "change")
    at_from, at_to = between(ByInstant, "at")
