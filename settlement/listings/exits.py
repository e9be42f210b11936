from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByText, Filters
from settlement.models import ExitRequest


class ExitRequestFilters(Filters):
    model = ExitRequest
    columns = "number seller state requested_at decided_at"
    reason = ByText("reason")
    answer = ByText("answer")
    modified_since = ChangedSince("modified_at")
