import django_filters

from koogallery.api.filters import ByCycle, ByFlag, ByInstant, OneOf, between
from settlement.choices import RunState


class RunFilters(django_filters.FilterSet):
    cycle = ByCycle("cycle")
    cycle_from, cycle_to = between(ByCycle, "cycle")
    state = OneOf(choices=RunState.choices)
    everyone = ByFlag("everyone")
    created_at_from, created_at_to = between(ByInstant, "created_at")
