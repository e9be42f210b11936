from datetime import datetime

import django_filters
from django.db.models import Q, QuerySet

from koogallery.api.filters import ByCycle, ByFlag, ByInstant, ByNumber, OneOf, between, since
from settlement.choices import RunState
from settlement.models import BillRun


class RunFilters(django_filters.FilterSet):
    id = ByNumber("number")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    state = OneOf(choices=RunState.choices)
    everyone = ByFlag("everyone")
    preview = ByNumber("preview__number")
    created_at_from, created_at_to = between(ByInstant, "created_at")
    started_at_from, started_at_to = between(ByInstant, "started_at")
    finished_at_from, finished_at_to = between(ByInstant, "finished_at")
    modified_since = since("progressed_at", method="changed_since")

    def changed_since(
        self,
        runs: QuerySet[BillRun],
        name: str,  # noqa: ARG002
        instant: datetime,
    ) -> QuerySet[BillRun]:
        """A run changes when it is asked for, with every batch, good or bad, and when it ends."""
        moved = Q(progressed_at__gte=instant) | Q(finished_at__gte=instant)
        moved |= Q(last_error_at__gte=instant)
        return runs.filter(moved | Q(created_at__gte=instant) | Q(started_at__gte=instant))
