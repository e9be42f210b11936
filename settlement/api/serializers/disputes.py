from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    DecimalTextField,
    FreeTextField,
    InstantField,
    NumberField,
    OptionalTextField,
    TextField,
    WholeNumberField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from settlement.choices import DisputeState
from settlement.models import Dispute


class DisputeInput(StrictSerializer):
    """An objection to a whole bill, or to one line of it (R3.4)."""

    bill = NumberField()
    line_no = WholeNumberField(
        required=False, allow_null=True, help_text="The whole bill, unless given."
    )
    reason = FreeTextField()
    amount = DecimalTextField(
        rule="R3.4",
        required=False,
        allow_null=True,
        help_text="What is missing, if it is known. Signed: positive amounts are the seller's.",
    )


class DisputeSerializer(serializers.Serializer[Dispute]):
    number = NumberField()
    state = WordField(DisputeState.choices)
    seller = NumberField(source="seller.number")
    bill = NumberField(source="bill.number")
    line_no = serializers.IntegerField(allow_null=True, help_text="Null: the whole bill.")
    currency = TextField(source="bill.currency")
    reason = FreeTextField()
    amount = AmountField(currency="bill.currency", allow_null=True, help_text="Claimed.")
    answer = OptionalTextField()
    difference = AmountField(currency="bill.currency", allow_null=True, help_text="Found.")
    adjustment = NumberField(
        source="adjustment.number",
        allow_null=True,
        help_text="Which pays the difference on the next bill.",
    )
    opened_at = InstantField()
    answered_at = InstantField(allow_null=True)
    modified_at = InstantField()
