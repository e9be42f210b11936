from datetime import datetime

import django_filters
from django.db.models import Q, QuerySet

from koogallery.api.filters import (
    ByAmount,
    ByInstant,
    ByNumber,
    ByWord,
    OneOf,
    between,
    since,
)
from settlement.choices import ReceivableState
from settlement.models import Receivable


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
    modified_since = since("modified_at", method="changed_since")

    def changed_since(
        self,
        rows: QuerySet[Receivable],
        name: str,  # noqa: ARG002
        instant: datetime,
    ) -> QuerySet[Receivable]:
        """What is outstanding is the recovery's figure, so its changes are the receivable's."""
        return rows.filter(Q(modified_at__gte=instant) | Q(recovery__modified_at__gte=instant))
