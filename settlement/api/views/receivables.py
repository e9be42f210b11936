from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.asked import NoInput, ReasonInput
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from settlement.api.serializers.receivables import (
    DueDateInput,
    PaymentInput,
    ReceivableSerializer,
)
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
    duties = dict.fromkeys(
        ("payments", "move_to_next_bill", "change_due_date", "remind"), Duty.RECORD_PAYMENTS
    )

    @extend_schema(
        request=PaymentInput, responses={HTTPStatus.CREATED: ReceivableSerializer, **OR_ASKED}
    )
    @action(detail=True, methods=["post"])
    def payments(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Record a payment, in part or in full, never above what is outstanding."""
        body = self.read_body(PaymentInput)
        came = receivables.pay_receivable(number, **body, actor=self.actor)
        return answer(self, came, number, HTTPStatus.CREATED)

    @extend_schema(request=ReasonInput, responses={HTTPStatus.OK: ReceivableSerializer, **OR_ASKED})
    @action(detail=True, methods=["post"], url_path="move-to-next-bill")
    def move_to_next_bill(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Let the seller's next bill be drawn on again; what it leaves open comes back."""
        body = self.read_body(ReasonInput)
        came = receivables.move_receivable_to_next_bill(number, **body, actor=self.actor)
        return answer(self, came, number)

    @extend_schema(request=DueDateInput, responses=ReceivableSerializer)
    @action(detail=True, methods=["post"], url_path="change-due-date")
    def change_due_date(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Give the seller until the end of another day; the seller is told."""
        body = self.read_body(DueDateInput)
        return self.answer_row(reminders.change_due_date(number, **body, actor=self.actor).number)

    @extend_schema(request=NoInput, responses=ReceivableSerializer)
    @action(detail=True, methods=["post"])
    def remind(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Remind the seller now, once a day at most."""
        self.read_body(NoInput)
        return self.answer_row(reminders.remind(number, actor=self.actor).number)
