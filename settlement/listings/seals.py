"""The list of roots."""

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import Filters
from settlement.models import SealRoot


class RootFilters(Filters):
    model = SealRoot
    columns = "key hash merkle_root place made_at"
    modified_since = ChangedSince("made_at")
