from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByFlag, ByInstant, ByNumber, ByWord, Filters, between


class HoldFilters(Filters):
    number = ByNumber("number")
    seller = ByNumber("seller__number")
    preview = ByNumber("preview__number")
    held_by = ByWord("held_by__username")
    released_by = ByWord("released_by__username")
    released = ByFlag("released_at", lookup_expr="isnull", exclude=True)
    held_at_from, held_at_to = between(ByInstant, "held_at")
    released_at_from, released_at_to = between(ByInstant, "released_at")
    modified_since = ChangedSince("modified_at")
