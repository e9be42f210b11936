from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.asked import body_of
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.receivables import ReceivableSerializer
from settlement.listings.receivables import ReceivableFilters
from settlement.models import Receivable
from settlement.readings.recovery_paths import WITH_ALLOCATIONS
from settlement.services.recoveries import receivables, reminders


class ReceivableViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """What sellers have to pay by other means; operators record it (R5.3, R5.7)."""

    queryset = Receivable.objects.select_related("seller", "recovery__refund").prefetch_related(
        "payments", WITH_ALLOCATIONS
    )
    serializer_class = ReceivableSerializer
    filterset_class = ReceivableFilters
    ordering_fields = {
        "due_at": "due_at",
        "amount": "amount",
        "outstanding": "recovery__outstanding",
        "opened_at": "opened_at",
    }
    acts = {
        "payments": receivables.pay_receivable,
        "move_to_next_bill": receivables.move_receivable_to_next_bill,
        "change_due_date": reminders.change_due_date,
        "remind": reminders.remind,
    }

    @extend_schema(
        request=body_of(receivables.PAYMENT),
        responses={HTTPStatus.CREATED: ReceivableSerializer, **OR_ASKED},
    )
    @action(detail=True, methods=["post"])
    def payments(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Record a payment, in part or in full, never above what is outstanding."""
        body = self.read_body(body_of(receivables.PAYMENT))
        came = receivables.pay_receivable(number, **body, actor=self.actor)
        return answer(self, came, number, HTTPStatus.CREATED)
