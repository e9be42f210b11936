"""`modified_since`: what changed then or later, losing nothing that is being written meanwhile.

A row bears the instant at which its transaction began, and is seen once that has ended: of two
transactions the earlier may become visible later, and whoever goes on from the latest instant they
saw would never be shown its rows. So nothing is served that is newer than the oldest transaction
still open, and every answer says from where to go on.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema_field

from koogallery.api.filters import ByInstant
from koogallery.statements import run_statement

#: Of lists that were asked what changed: what to ask with next time.
HEADER = "Next-Modified-Since"

#: How far the next question goes back, for clocks of several machines that do not agree.
OVERLAP = timedelta(seconds=5)


@extend_schema_field({"type": "string", "format": "date-time"})
class ChangedSince(ByInstant):
    """By one column or the latest of several; tells its filter set from where to go on."""

    def __init__(self, *columns: str) -> None:
        about = f"Changed at this instant or later; go on with the header {HEADER}"
        super().__init__(columns[0], label=about)
        self.columns = columns

    def filter(self, rows: QuerySet[Any], instant: datetime | None) -> QuerySet[Any]:
        if instant is None:
            return rows
        [(oldest, now)] = run_statement("koogallery/settled_until", {})
        self.parent.go_on_from = (oldest or now) - OVERLAP
        changed, open_still = Q(), Q()
        for column in self.columns:
            changed |= Q(**{f"{column}__gte": instant})
            open_still |= Q(**{f"{column}__gte": oldest} if oldest else {f"{column}__gt": now})
        return rows.filter(changed).exclude(open_still)
