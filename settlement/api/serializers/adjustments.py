from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    DecimalTextField,
    FreeTextField,
    InstantField,
    NumberField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from settlement.choices import AdjustmentKind
from settlement.models import Adjustment


class AdjustmentInput(StrictSerializer):
    """A difference found later, for the seller's next bill (R3.2)."""

    bill = NumberField(help_text="The issued bill that it corrects.")
    amount = DecimalTextField(rule="R3.2", help_text="Signed: positive amounts are the seller's.")
    reason = FreeTextField()


class AdjustmentSerializer(serializers.Serializer[Adjustment]):
    number = NumberField()
    seller = NumberField(source="seller.number")
    bill = NumberField(source="bill.number", help_text="The issued bill that it corrects.")
    kind = WordField(AdjustmentKind.choices)
    amount = AmountField()
    currency = TextField()
    reason = FreeTextField()
    billed_on = NumberField(allow_null=True, help_text="The bill that it came onto, null so far.")
    created_at = InstantField()
