from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.disputes import DisputeInput, DisputeSerializer
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
    acts = {
        "create": disputes.open_dispute,
        "accept": disputes.accept_dispute,
        "decline": disputes.decline_dispute,
        "withdraw": disputes.withdraw_dispute,
    }

    @extend_schema(request=DisputeInput, responses={HTTPStatus.CREATED: DisputeSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Object to a bill, or to one line; one objection to the same at a time."""
        body = self.read_body(DisputeInput)
        dispute = disputes.open_dispute(
            body["bill"], body.get("line_no"), body["reason"], body.get("amount"), actor=self.actor
        )
        return self.answer_row(dispute.number, HTTPStatus.CREATED)
