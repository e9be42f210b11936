import django_filters

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByInstant,
    ByNumber,
    ByWord,
    OneOf,
    between,
)
from settlement.choices import ReceivableState


class ReceivableFilters(django_filters.FilterSet):
    number = ByNumber("number")
    seller = ByNumber("seller__number")
    recovery = ByNumber("recovery__number")
    refund = ByNumber("recovery__refund__number")
    state = OneOf(choices=ReceivableState.choices)
    currency = ByWord("currency")
    amount_from, amount_to = between(ByAmount, "amount")
    outstanding_from, outstanding_to = between(ByAmount, "recovery__outstanding")
    due_at_from, due_at_to = between(ByInstant, "due_at")
    opened_at_from, opened_at_to = between(ByInstant, "opened_at")
    #: What is outstanding is the recovery's figure, so its changes are the receivable's.
    modified_since = ChangedSince("modified_at", "recovery__modified_at")
