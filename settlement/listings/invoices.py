import django_filters

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import (
    ByAmount,
    ByDay,
    ByInstant,
    ByNumber,
    ByWord,
    OneOf,
    between,
)
from settlement.choices import InvoiceState


class InvoiceFilters(django_filters.FilterSet):
    seller = ByNumber("seller__number")
    bill = ByNumber("bill__number")
    state = OneOf(choices=InvoiceState.choices)
    invoice_no = ByWord("invoice_no")
    currency = ByWord("currency")
    amount_from, amount_to = between(ByAmount, "amount")
    invoice_date_from, invoice_date_to = between(ByDay, "invoice_date")
    submitted_at_from, submitted_at_to = between(ByInstant, "submitted_at")
    decided_at_from, decided_at_to = between(ByInstant, "decided_at")
    modified_since = ChangedSince("modified_at")
