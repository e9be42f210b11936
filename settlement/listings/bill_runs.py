from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByNumber, Filters
from settlement.models import BillRun


class RunFilters(Filters):
    model = BillRun
    columns = "cycle state everyone preview created_at started_at finished_at"
    id = ByNumber("number")
    #: A run changes when it is asked for, with every batch, good or bad, and when it ends.
    modified_since = ChangedSince(
        "created_at", "started_at", "progressed_at", "last_error_at", "finished_at"
    )
