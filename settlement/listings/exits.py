from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByInstant, ByNumber, ByText, Filters, OneOf, between
from settlement.choices import ExitState


class ExitRequestFilters(Filters):
    number = ByNumber("number")
    seller = ByNumber("seller__number")
    state = OneOf(choices=ExitState.choices)
    reason = ByText("reason")
    answer = ByText("answer")
    requested_at_from, requested_at_to = between(ByInstant, "requested_at")
    decided_at_from, decided_at_to = between(ByInstant, "decided_at")
    modified_since = ChangedSince("modified_at")
