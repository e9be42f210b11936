from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCycle, ByFlag, ByInstant, ByNumber, Filters, OneOf, between
from settlement.choices import RunState


class RunFilters(Filters):
    id = ByNumber("number")
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    state = OneOf(choices=RunState.choices)
    everyone = ByFlag("everyone")
    preview = ByNumber("preview__number")
    created_at_from, created_at_to = between(ByInstant, "created_at")
    started_at_from, started_at_to = between(ByInstant, "started_at")
    finished_at_from, finished_at_to = between(ByInstant, "finished_at")
    #: A run changes when it is asked for, with every batch, good or bad, and when it ends.
    modified_since = ChangedSince(
        "created_at", "started_at", "progressed_at", "last_error_at", "finished_at"
    )
