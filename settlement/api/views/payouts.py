from http import HTTPStatus

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from settlement.api.serializers.payouts import BatchInput, BatchSerializer, PayoutSerializer
from settlement.listings.payouts import BatchFilters, PayoutFilters
from settlement.models import Payout, PayoutBatch
from settlement.services.payouts import batches, outcomes


class PayoutViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Money on its way to sellers, each the exact sum of its bills (R8.2).

    Bank statements say how payouts end; operators record it where none comes.
    """

    queryset = Payout.objects.with_names().prefetch_related(
        "items__bill", "items__movement", "bank_lines", "batch__bank_lines"
    )
    serializer_class = PayoutSerializer
    filterset_class = PayoutFilters
    ordering_fields = {
        name: name for name in ("created_at", "expected_on", "paid_at", "amount", "modified_at")
    }
    acts = {
        "paid": outcomes.pay_by_hand,
        "failed": outcomes.fail_by_hand,
        "pay_again": outcomes.pay_again,
    }


class PayoutBatchViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Payouts in one currency that go to the bank in one file (R8.2).

    Put together by one operator, approved by others (R4.4); fetching its file sends it.
    """

    queryset = PayoutBatch.objects.select_related("created_by").prefetch_related(
        "approvals__operator"
    )
    serializer_class = BatchSerializer
    filterset_class = BatchFilters
    ordering_fields = {
        name: name for name in ("created_at", "expected_on", "amount", "modified_at")
    }
    for_operators = frozenset({"list", "retrieve", "file"})
    duties = {"create": Duty.PAY_OUT, "file": Duty.PAY_OUT}
    costly = conflicting = frozenset({"file"})
    acts = {"approve": batches.approve_batch, "cancel": batches.cancel_batch}

    @extend_schema(request=BatchInput, responses={HTTPStatus.CREATED: BatchSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Put together what is planned; what has no certified account is left out, or refused."""
        body = self.read_body(BatchInput)
        batch = batches.create_batch(
            body["currency"], body.get("expected_on"), body.get("sellers"), actor=self.actor
        )
        return self.answer_row(batch.number, HTTPStatus.CREATED)

    @extend_schema(responses={(HTTPStatus.OK, "application/xml"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, number: str) -> HttpResponse:  # noqa: ARG002
        """The payment file, pain.001.001.09: the same bytes each time; the first time sends it."""
        batch, file = batches.file_of(number, actor=self.actor)
        answer = HttpResponse(file, content_type="application/xml")
        answer["Content-Disposition"] = f'attachment; filename="{batch.number}.xml"'
        return answer
