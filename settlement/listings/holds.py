from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByFlag, Filters
from settlement.models import BillHold


class HoldFilters(Filters):
    model = BillHold
    columns = "number seller preview held_by released_by held_at released_at"
    released = ByFlag("released_at", lookup_expr="isnull", exclude=True)
    modified_since = ChangedSince("modified_at")
