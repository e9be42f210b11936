from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.recoveries import PathSerializer, RecoverySerializer
from settlement.listings.recoveries import RecoveryFilters
from settlement.models import Allocation, Recovery
from settlement.readings.recovery_paths import recovery_path


class RecoveryViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Settled refunds on their way back from the sellers, with all that was taken (R5)."""

    queryset = Recovery.objects.select_related(
        "seller", "refund__order", "original_bill"
    ).prefetch_related(
        Prefetch("allocations", Allocation.objects.select_related("bill", "payment"))
    )
    serializer_class = RecoverySerializer
    filterset_class = RecoveryFilters
    ordering_fields = {
        name: name for name in ("refunded_at", "amount", "outstanding", "modified_at")
    }

    @extend_schema(responses=PathSerializer)
    @action(detail=True, methods=["get"])
    def path(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Taken, planned and open, with dates: the seller knows before money is taken (R5.6)."""
        recovery = self.get_object()
        path = {
            "recovery": recovery.number,
            "currency": recovery.currency,
            "steps": recovery_path(recovery),
        }
        return Response(PathSerializer(path, context={"currency": recovery.currency}).data)
