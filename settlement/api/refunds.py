from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.asked import body_of
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from koogallery.asks import COMMENT
from koogallery.models import User
from settlement.choices import RefundState
from settlement.listings.refunds import RefundFilters
from settlement.models import Refund, RefundApproval
from settlement.rules.standards import detail_of
from settlement.services.previews.forecasts import effect_of
from settlement.services.previews.refunds import Simulation, Step
from settlement.services.refunds import lifecycle
from settlement.services.refunds.effects import approve_as_seen, effect_of_approval
from settlement.services.refunds.standards import standing_of, with_standing


class RefundInput(StrictSerializer):
    """A customer's claim; a special agreement admits what R4.2 does not support."""

    order = fields.NumberField()
    amount = fields.DecimalTextField(rule="R4.1")
    reason = fields.FreeTextField()
    special_agreement = fields.FreeTextField(required=False, allow_blank=True)


class RefundApprovalInput(body_of(COMMENT)):  # type: ignore[misc]
    seen = fields.TextField(
        required=False,
        help_text="The `seen` of the simulation that was read; refused if anything changed since.",
    )


class SimulationInput(StrictSerializer):
    refunded_at = fields.InstantField(required=False, help_text="Now, unless given.")


class CheckSerializer(serializers.Serializer[object]):
    """One standard of R4.2, and the figures why it holds or fails."""

    rule = fields.TextField()
    code = fields.TextField()
    holds = serializers.BooleanField()
    detail = serializers.SerializerMethodField()

    def get_detail(self, check: Mapping[str, Any]) -> str:
        return detail_of(check)


@extend_schema_field({"type": "string", "description": "To sellers, of operators: `operator`."})
class PersonField(serializers.Field[User, Any, str, Any]):
    """A user's name; of the operators a seller is shown that it was one."""

    def to_representation(self, value: User) -> str:
        asks = self.context["request"].user
        return "operator" if value.is_staff and not asks.sees_every_seller else value.username


class ApprovalSerializer(serializers.Serializer[RefundApproval]):
    """One operator's approval; what they say to it is for operators."""

    by = PersonField(source="operator")
    comment = serializers.SerializerMethodField()
    at = fields.InstantField()

    def get_comment(self, approval: RefundApproval) -> str:
        return approval.comment if self.context["request"].user.sees_every_seller else ""


class RefundSerializer(serializers.Serializer[Refund]):
    number = fields.NumberField()
    state = fields.WordField(RefundState.choices)
    seller = fields.NumberField(source="seller.number")
    order = fields.NumberField(source="order.number")
    currency = fields.TextField()
    amount = fields.AmountField()
    reason = fields.TextField()
    special_agreement = fields.TextField()
    checks = serializers.SerializerMethodField(
        help_text="The standards of R4.2: as of now until it is decided, then of its last approval."
    )
    checks_at_request = CheckSerializer(
        source="checks", many=True, help_text="As they stood when the refund was asked for."
    )
    approvals_needed = serializers.IntegerField()
    approvals_given = serializers.IntegerField()
    seller_comment = fields.TextField()
    rejection_reason = fields.TextField()
    requested_by = PersonField()
    requested_at = fields.InstantField()
    agreed_by = PersonField(allow_null=True)
    agreed_at = fields.InstantField(allow_null=True)
    approvals = ApprovalSerializer(many=True)
    approved_at = fields.InstantField(allow_null=True)
    rejected_by = PersonField(allow_null=True)
    closed_at = fields.InstantField(allow_null=True)
    refunded_at = fields.InstantField(allow_null=True)
    recovery = fields.NumberField(
        source="recovery.number",
        allow_null=True,
        help_text="If the order was settled.",
    )
    modified_at = fields.InstantField()

    @extend_schema_field(CheckSerializer(many=True))
    def get_checks(self, refund: Refund) -> Any:
        return CheckSerializer(standing_of(refund).checks, many=True).data


class StepSerializer(serializers.Serializer[Step]):
    """One taking: from the bill of a cycle, from the deposit, or asked of the seller."""

    source = serializers.ChoiceField(  # type: ignore[assignment]
        ["bill", "deposit", "receivable"]
    )
    cycle = fields.CycleField(allow_null=True)
    bill = fields.NumberField(allow_null=True)
    amount = fields.SharedCurrencyField()
    expected = fields.TextField(help_text="When.")


class SimulationSerializer(serializers.Serializer[Simulation]):
    """Who would pay what, from which source, if the refund were paid out at `refunded_at`."""

    refund = fields.NumberField()
    settled = serializers.BooleanField(help_text="The order is on an issued bill.")
    refunded_at = fields.InstantField()
    currency = fields.TextField()
    amount = fields.AmountField(help_text="What would be recovered from the seller.")
    steps = StepSerializer(many=True)
    receivable = fields.AmountField()
    deposit_before = fields.AmountField()
    deposit_after = fields.AmountField()
    next_cycle = fields.CycleField()
    next_payment_before = fields.AmountField()
    next_payment_after = fields.AmountField()
    order_settlement_before = fields.AmountField(
        allow_null=True, help_text="What the order settles without it; null: it is billed already."
    )
    order_settlement_after = fields.AmountField(
        allow_null=True, help_text="What is left of that, on whichever bill (R4.6)."
    )
    checks = serializers.SerializerMethodField(
        help_text="The standards the refund is held against, as they hold now."
    )
    seen = serializers.SerializerMethodField(
        help_text="Stands for the refund and its cost as of now: what an approval names."
    )

    @extend_schema_field(CheckSerializer(many=True))
    def get_checks(self, _: Simulation) -> Any:
        return CheckSerializer(standing_of(self.context["refund"]).checks, many=True).data

    def get_seen(self, simulation: Simulation) -> str:
        return effect_of_approval(self.context["refund"], simulation).digest


_APPROVALS = (
    RefundApproval.objects.filter(refund=OuterRef("pk"))
    .values("refund")
    .annotate(given=Count("pk"))
    .values("given")
)
_IN_ORDER = RefundApproval.objects.select_related("operator").order_by("at", "pk")


class RefundViewSet(ReadViewSet):
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
    ordering_fields = by_name("amount", "modified_at", arrived="requested_at")
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

    def tag_of(self, representation: Any) -> str:
        """Of a standard counts whether it holds: the share that is used up grows by the second."""
        held = [(check["code"], check["holds"]) for check in representation.get("checks", ())]
        return super().tag_of({**representation, "checks": held})

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
