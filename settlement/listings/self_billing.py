from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByFlag, Filters
from settlement.models import SelfBillingConsent


class ConsentFilters(Filters):
    model = SelfBillingConsent
    columns = "number seller vat_rate agreed_at ended_at"
    ended = ByFlag("ended_at", lookup_expr="isnull", exclude=True)
    modified_since = ChangedSince("modified_at")
