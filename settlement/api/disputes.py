from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from settlement.choices import DisputeState
from settlement.listings.bills import DisputeFilters
from settlement.models import Dispute
from settlement.services.bills import disputes


class DisputeInput(StrictSerializer):
    """An objection to a whole bill, or to one line of it (R3.4)."""

    bill = fields.NumberField()
    line_no = fields.WholeNumberField(
        required=False, allow_null=True, help_text="The whole bill, unless given."
    )
    reason = fields.FreeTextField()
    amount = fields.DecimalTextField(
        rule="R3.4",
        required=False,
        allow_null=True,
        help_text="What is missing, if it is known. Signed: positive amounts are the seller's.",
    )


class DisputeSerializer(serializers.Serializer[Dispute]):
    number = fields.NumberField()
    state = fields.WordField(DisputeState.choices)
    seller = fields.NumberField(source="seller.number")
    bill = fields.NumberField(source="bill.number")
    line_no = serializers.IntegerField(allow_null=True, help_text="Null: the whole bill.")
    currency = fields.TextField(source="bill.currency")
    reason = fields.FreeTextField()
    amount = fields.AmountField(currency="bill.currency", allow_null=True, help_text="Claimed.")
    answer = fields.OptionalTextField()
    difference = fields.AmountField(currency="bill.currency", allow_null=True, help_text="Found.")
    adjustment = fields.NumberField(
        source="adjustment.number",
        allow_null=True,
        help_text="Which pays the difference on the next bill.",
    )
    opened_at = fields.InstantField()
    answered_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()


class DisputeViewSet(ReadViewSet):
    """Sellers' objections to issued bills, and the operators' answers (R3.4).

    A seller opens and withdraws its own, an operator may record that; operators alone answer.
    """

    queryset = Dispute.objects.select_related("seller", "bill", "adjustment")
    serializer_class = DisputeSerializer
    filterset_class = DisputeFilters
    ordering_fields = by_name("modified_at", arrived="opened_at")
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
