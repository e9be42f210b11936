from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByFlag, ByNumber, ByText, Filters
from settlement.models import Adjustment


class AdjustmentFilters(Filters):
    model = Adjustment
    columns = "number seller bill kind currency amount created_at"
    modified_since = ChangedSince("created_at")
    reason = ByText("reason")
    billed = ByFlag("bill_lines", lookup_expr="isnull", exclude=True)
    billed_on = ByNumber("bill_lines__bill__number")
