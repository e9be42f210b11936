"""Acts that take a second person, over REST (R4.4): what waits, what follows, the decision."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery import approvals, approving
from koogallery.api.changed_since import ChangedSince
from koogallery.api.fields import FreeTextField, TextField
from koogallery.api.filters import ByNumber, Filters
from koogallery.api.second_person import WITH_APPROVALS, ApprovalRequestSerializer, FactSerializer
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from koogallery.decided import already_decided
from koogallery.models import ApprovalRequest, ApprovalState


class EffectSerializer(serializers.Serializer[Any]):
    """What would follow from the act now."""

    facts = FactSerializer(many=True)
    seen = TextField(help_text="Stands for these facts: what an approval names.")


class RequestApprovalInput(StrictSerializer):
    comment = FreeTextField(required=False, allow_blank=True)
    seen = TextField(
        required=False,
        help_text="The `seen` of the effect that was read; refused if anything changed since. "
        "Without it nothing may have changed since the act was asked for.",
    )


class ApprovalRequestFilters(Filters):
    model = ApprovalRequest
    columns = "number act state object_kind currency amount requested_by requested_at closed_at"
    seller = ByNumber("seller_number")
    object_number = ByNumber("object_number")
    modified_since = ChangedSince("modified_at")


class ApprovalRequestViewSet(ReadViewSet):
    """Acts that one person may not do alone; for operators only (R4.4).

    A call that takes a second person is answered 202 with such a request. Who approves it needs
    the duty of the act, and is not who asked for it; then the act is done, once.
    """

    queryset = WITH_APPROVALS
    serializer_class = ApprovalRequestSerializer
    filterset_class = ApprovalRequestFilters
    ordering_fields: ClassVar = by_name("amount", "modified_at", arrived="requested_at")
    for_operators = frozenset({"list", "retrieve", "effect"})
    conflicting = frozenset({"effect"})
    acts = {
        "approve": approving.approve_request,
        "reject": approving.reject_request,
        "withdraw": approving.withdraw_request,
    }

    @extend_schema(responses=EffectSerializer)
    @action(detail=True, methods=["get"])
    def effect(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """What would follow from it now: the act itself, tried and rolled back."""
        asked = self.get_object()
        if asked.state != ApprovalState.PENDING:
            raise already_decided(asked, approvals.KIND, self.actor, rule=approvals.RULE)
        seen = approvals.foreseen(asked)
        return Response(EffectSerializer({"facts": seen.facts, "seen": seen.digest}).data)

    @extend_schema(request=RequestApprovalInput, responses=ApprovalRequestSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Another person's approval; with the last one due the act is done, as who asked."""
        body = self.read_body(RequestApprovalInput)
        approving.approve_request(
            number, body.get("comment", ""), seen=body.get("seen"), actor=self.actor
        )
        return self.answer_row(number)
