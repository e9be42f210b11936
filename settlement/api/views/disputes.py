from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.approval_requests import OR_ASKED, answer
from koogallery.api.serializers import NoInput
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from settlement.api.serializers.disputes import (
    AcceptanceInput,
    AnswerInput,
    DisputeInput,
    DisputeSerializer,
)
from settlement.listings.disputes import DisputeFilters
from settlement.models import Dispute
from settlement.services.bills import disputes


class DisputeViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Sellers' objections to issued bills, and the operators' answers (R3.4).

    A seller opens and withdraws its own, an operator may record that; operators alone answer.
    """

    queryset = Dispute.objects.select_related("seller", "bill", "adjustment")
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilters
    ordering_fields = {name: name for name in ("opened_at", "modified_at")}
    open_to_sellers = frozenset({"create", "withdraw"})
    duties = {
        "create": Duty.ANSWER_DISPUTES,
        "withdraw": Duty.ANSWER_DISPUTES,
        "accept": Duty.ANSWER_DISPUTES,
        "decline": Duty.ANSWER_DISPUTES,
    }

    @extend_schema(request=DisputeInput, responses={HTTPStatus.CREATED: DisputeSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Object to a bill, or to one line; one objection to the same at a time."""
        body = self.read_body(DisputeInput)
        dispute = disputes.open_dispute(
            body["bill"], body.get("line_no"), body["reason"], body.get("amount"), actor=self.actor
        )
        return self.answer_row(dispute.number, HTTPStatus.CREATED)

    @extend_schema(
        request=AcceptanceInput, responses={HTTPStatus.OK: DisputeSerializer, **OR_ASKED}
    )
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The seller is right; a difference comes onto the next bill, never this one (R3.2)."""
        body = self.read_body(AcceptanceInput)
        came = disputes.accept_dispute(number, **body, actor=self.actor)
        return answer(self, came, number)

    @extend_schema(request=AnswerInput, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The bill was right; the answer says why."""
        body = self.read_body(AnswerInput)
        return self.answer_row(disputes.decline_dispute(number, **body, actor=self.actor).number)

    @extend_schema(request=NoInput, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The seller no longer objects; possible until it is answered."""
        self.read_body(NoInput)
        return self.answer_row(disputes.withdraw_dispute(number, actor=self.actor).number)
