from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koogallery.api.fields import AmountField, InstantField, NumberField, TextField, WordField
from settlement.api.serializers.recoveries import AllocationSerializer
from settlement.choices import ReceivableState
from settlement.models import Receivable, ReceivablePayment
from settlement.readings.recovery_paths import taken_since_opening


class PaymentSerializer(serializers.Serializer[ReceivablePayment]):
    amount = AmountField(currency="receivable.currency")
    reference = TextField()
    at = InstantField()


class ReceivableSerializer(serializers.Serializer[Receivable]):
    """What the seller has to pay by other means (R5.3)."""

    number = NumberField()
    recovery = NumberField(source="recovery.number")
    refund = NumberField(
        source="recovery.refund.number",
        allow_null=True,
        help_text="Null for a negative balance (R3.5).",
    )
    seller = NumberField(source="seller.number")
    currency = TextField()
    amount = AmountField()
    outstanding = AmountField(source="recovery.outstanding")
    state = WordField(ReceivableState.choices)
    due_at = InstantField()
    payments = PaymentSerializer(many=True)
    paid = serializers.SerializerMethodField(
        help_text="Payments, and what deposit or bills gave since it opened; with what is "
        "outstanding they make its amount."
    )
    opened_at = InstantField()
    modified_at = InstantField()

    @extend_schema_field(AllocationSerializer(many=True))
    def get_paid(self, receivable: Receivable) -> list[Any]:
        taken: Any = taken_since_opening(receivable)
        return list(AllocationSerializer(taken, many=True).data)
