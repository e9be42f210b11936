from rest_framework.mixins import ListModelMixin

from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.bill_looks import BillLookSerializer
from settlement.listings.bill_looks import BillLookFilters
from settlement.models import BillLook


class BillLookViewSet(ListModelMixin, ScopedViewSet):
    """Bills that met a guard rail and were in no approved preview; looked at before approval."""

    queryset = BillLook.objects.select_related("bill__seller", "looked_by")
    serializer_class = BillLookSerializer
    filterset_class = BillLookFilters
    ordering_fields = {name: name for name in ("looked_at", "modified_at")}
    for_operators = frozenset({"list"})
