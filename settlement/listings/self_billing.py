from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByFlag, ByInstant, ByNumber, Filters, between


class ConsentFilters(Filters):
    number = ByNumber("number")
    seller = ByNumber("seller__number")
    ended = ByFlag("ended_at", lookup_expr="isnull", exclude=True)
    vat_rate_from, vat_rate_to = between(ByAmount, "vat_rate")
    agreed_at_from, agreed_at_to = between(ByInstant, "agreed_at")
    ended_at_from, ended_at_to = between(ByInstant, "ended_at")
    modified_since = ChangedSince("modified_at")
