from http import HTTPStatus

from django.db.models import OuterRef, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.adjustments import AdjustmentInput, AdjustmentSerializer
from settlement.listings.adjustments import AdjustmentFilters
from settlement.models import Adjustment, BillLine
from settlement.services.bills.adjustments import adjust_bill

_LINES = BillLine.objects.filter(adjustment=OuterRef("pk"))


class AdjustmentViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Differences found after a bill was issued, for the seller's next one (R3.2)."""

    queryset = Adjustment.objects.select_related("seller", "bill").annotate(
        billed_on=Subquery(_LINES.values("bill__number"))
    )
    serializer_class = AdjustmentSerializer
    filterset_class = AdjustmentFilters
    ordering_fields = {name: name for name in ("created_at", "amount")}
    acts = {"create": adjust_bill}

    @extend_schema(
        request=AdjustmentInput,
        responses={HTTPStatus.CREATED: AdjustmentSerializer, **OR_ASKED},
    )
    def create(self, request: Request) -> Response:  # noqa: ARG002
        body = self.read_body(AdjustmentInput)
        came = adjust_bill(body["bill"], body["amount"], body["reason"], actor=self.actor)
        return answer(self, came, came.number, HTTPStatus.CREATED)
