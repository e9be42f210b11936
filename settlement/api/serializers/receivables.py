from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    DayField,
    DecimalTextField,
    InstantField,
    NumberField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from settlement.choices import ReceivableState
from settlement.models import Receivable, ReceivablePayment


class PaymentInput(StrictSerializer):
    amount = DecimalTextField(rule="R5.7", help_text="Above 0, at most what is outstanding.")
    reference = TextField(max_length=100, help_text="The bank's; recorded once per receivable.")


class DueDateInput(StrictSerializer):
    due_on = DayField(help_text="The last day to pay, in the settlement time zone; not past.")
    reason = TextField()


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
    opened_at = InstantField()
    modified_at = InstantField()
