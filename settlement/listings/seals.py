"""The list of roots."""

import django_filters

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCount, ByInstant, ByWord, between


class RootFilters(django_filters.FilterSet):
    key = ByWord("key")
    hash = ByWord("hash")
    merkle_root = ByWord("merkle_root")
    place_from, place_to = between(ByCount, "place")
    made_at_from, made_at_to = between(ByInstant, "made_at")
    modified_since = ChangedSince("made_at")
