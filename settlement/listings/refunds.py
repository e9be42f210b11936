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
from sellers.choices import DeliveryMethod
from settlement.choices import RefundState


class RefundFilters(django_filters.FilterSet):
    number = ByNumber("number")
    reason = ByText("reason")
    recovery = ByNumber("recovery__number")
    agreed_at_from, agreed_at_to = between(ByInstant, "agreed_at")
    closed_at_from, closed_at_to = between(ByInstant, "closed_at")
    approvals_needed = ByCount("approvals_needed")
    seller = ByNumber("seller__number")
    order = ByNumber("order__number")
    product = ByNumber("order__product__number")
    delivery_method = OneOf("order__product__delivery_method", choices=DeliveryMethod.choices)
    customer_account = ByWord("order__customer_account")
    state = OneOf(choices=RefundState.choices)
    currency = ByWord("currency")
    amount_from, amount_to = between(ByAmount, "amount")
    requested_at_from, requested_at_to = between(ByInstant, "requested_at")
    approved_at_from, approved_at_to = between(ByInstant, "approved_at")
    refunded_at_from, refunded_at_to = between(ByInstant, "refunded_at")
    modified_since = ChangedSince("modified_at")
