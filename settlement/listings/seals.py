"""The list of roots."""

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCount, ByInstant, ByWord, Filters, between


class RootFilters(Filters):
    key = ByWord("key")
    hash = ByWord("hash")
    merkle_root = ByWord("merkle_root")
    place_from, place_to = between(ByCount, "place")
    made_at_from, made_at_to = between(ByInstant, "made_at")
    modified_since = ChangedSince("made_at")
