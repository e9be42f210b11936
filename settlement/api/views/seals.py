from rest_framework.mixins import ListModelMixin

from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.seals import RootSerializer
from settlement.listings.seals import RootFilters
from settlement.models import SealRoot


class SealRootViewSet(ListModelMixin, ScopedViewSet):
    """The signed roots of all seals, for everyone to keep: later ones are checked against them."""

    queryset = SealRoot.objects.all()
    serializer_class = RootSerializer
    filterset_class = RootFilters
    ordering_fields = {"place": "place", "made_at": "made_at"}
    default_ordering = "-place"
