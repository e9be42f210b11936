"""What a call answers that takes a second person (R4.4): 202, and the request that waits."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.reverse import reverse

from koogallery.api.fields import AmountField, InstantField, NumberField, TextField, WordField
from koogallery.kit.seen import Fact
from koogallery.models import Approval, ApprovalRequest, ApprovalState
from koogallery.telling import fact_name, fact_value

if TYPE_CHECKING:
    from koogallery.api.viewsets import ScopedViewSet

WITH_APPROVALS = ApprovalRequest.objects.select_related(
    "requested_by", "closed_by"
).prefetch_related("approvals__operator")


class FactSerializer(serializers.Serializer[Any]):
    name = TextField()
    value = TextField()

    def to_representation(self, fact: Any) -> dict[str, str]:
        fact = Fact(*fact)
        return {"name": fact_name(fact), "value": fact_value(fact.value, fact.name)}


class RequestApprovalSerializer(serializers.Serializer[Approval]):
    operator = TextField(source="operator.username")
    comment = TextField()
    at = InstantField()


class ApprovalRequestSerializer(serializers.Serializer[ApprovalRequest]):
    """An act that waits for another person, or what became of it."""

    number = NumberField()
    act = TextField(help_text="The name of the act, such as adjustment or payment.")
    state = WordField(ApprovalState.choices)
    seller = NumberField(source="seller_number", allow_null=True)
    object_kind = TextField(help_text="What it is done to.")
    object_number = NumberField()
    currency = TextField()
    amount = AmountField(allow_null=True, help_text="What it moves, without a sign; null: no sum.")
    arguments = serializers.JSONField(help_text="What the act was called with.")
    why = TextField(source="told_why", help_text="Why one person may not do it alone.")
    shown = FactSerializer(many=True, help_text="What followed from it when it was asked for.")
    seen = TextField(source="digest", help_text="Stands for that.")
    approvals_needed = serializers.IntegerField()
    approvals = RequestApprovalSerializer(many=True)
    requested_by = TextField(source="requested_by.username")
    requested_at = InstantField()
    closed_by = TextField(source="closed_by.username", allow_null=True)
    closed_at = InstantField(allow_null=True)
    rejection_reason = TextField()
    result = TextField(help_text="The number of what came of it, once it is approved.")
    modified_at = InstantField()


#: Beside what an act else answers: it waits for a second person.
OR_ASKED = {HTTPStatus.ACCEPTED: ApprovalRequestSerializer}


def answer(view: "ScopedViewSet", came: Any, number: str, status: int = HTTPStatus.OK) -> Response:
    """The row as it stands now; 202 and the request where a second person has to approve first."""
    if not isinstance(came, ApprovalRequest):
        return view.answer_row(number, status)
    request = WITH_APPROVALS.get(pk=came.pk)
    told = ApprovalRequestSerializer(request, context=view.get_serializer_context()).data
    named = {"number": came.number}
    place = reverse("api:approval-request-detail", kwargs=named, request=view.request)
    return Response(told, status=HTTPStatus.ACCEPTED, headers={"Location": place})
