from http import HTTPStatus

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.refunds import (
    RefundApprovalInput,
    RefundInput,
    RefundSerializer,
    SimulationInput,
    SimulationSerializer,
)
from settlement.listings.refunds import RefundFilters
from settlement.models import Refund, RefundApproval
from settlement.services.previews.forecasts import effect_of
from settlement.services.refunds import lifecycle
from settlement.services.refunds.effects import approve_as_seen
from settlement.services.refunds.standards_now import with_standing

_APPROVALS = (
    RefundApproval.objects.filter(refund=OuterRef("pk"))
    .values("refund")
    .annotate(given=Count("pk"))
    .values("given")
)
_IN_ORDER = RefundApproval.objects.select_related("operator").order_by("at", "pk")


class RefundViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Refunds after unsubscription, from application to payout (R4).

    The seller of the order reviews its own; everything else is the operators'.
    """

    queryset = (
        with_standing(
            Refund.objects.select_related(
                "seller", "order", "recovery", "requested_by", "agreed_by", "rejected_by"
            )
        )
        .prefetch_related(Prefetch("approvals", _IN_ORDER))
        .annotate(approvals_given=Coalesce(Subquery(_APPROVALS), 0))
    )
    serializer_class = RefundSerializer
    filterset_class = RefundFilters
    ordering_fields = {name: name for name in ("requested_at", "amount", "modified_at")}
    for_operators = frozenset({"simulation"})
    parameters = {"simulation": frozenset({"refunded_at"})}
    costly = conflicting = frozenset({"simulation"})
    acts = {
        "create": lifecycle.request_refund,
        "agree": lifecycle.agree_refund,
        "approve": lifecycle.approve_refund,
        "reject": lifecycle.reject_refund,
        "withdraw": lifecycle.withdraw_refund,
        "complete": lifecycle.complete_refund,
    }

    @extend_schema(request=RefundInput, responses={HTTPStatus.CREATED: RefundSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Apply for a customer's refund; the answer names every standard that holds or fails."""
        body = self.read_body(RefundInput)
        refund = lifecycle.request_refund(
            body["order"],
            body["amount"],
            body["reason"],
            body.get("special_agreement", ""),
            actor=self.actor,
        )
        return self.answer_row(refund.number, HTTPStatus.CREATED)

    @extend_schema(request=RefundApprovalInput, responses=RefundSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """One operator's approval, never the applicant's; above a threshold two are due (R4.4)."""
        body = self.read_body(RefundApprovalInput)
        refund = approve_as_seen(
            number, body.get("comment", ""), seen=body.get("seen"), actor=self.actor
        )
        return self.answer_row(refund.number)

    @extend_schema(
        parameters=[SimulationInput],
        responses=SimulationSerializer,
    )
    @action(detail=True, methods=["get"])
    def simulation(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Who would pay what, from which source, before anybody decides (R4.3)."""
        asked = self.read_query(SimulationInput)
        refund = self.get_object()
        simulation = effect_of(refund, **asked)
        context = {"currency": simulation.currency, "refund": refund}
        return Response(SimulationSerializer(simulation, context=context).data)
