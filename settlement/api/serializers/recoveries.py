from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    CycleField,
    InstantField,
    NumberField,
    OptionalTextField,
    SharedCurrencyField,
    TextField,
    WordField,
)
from settlement.choices import RecoveryBasis, RecoveryState, Source
from settlement.models import Allocation, Recovery
from settlement.readings.recovery_paths import Progress, Step


class AllocationSerializer(serializers.Serializer[Allocation]):
    """One taking from one source (R5.2)."""

    source = WordField(Source.choices)  # type: ignore[assignment]
    bill = NumberField(source="bill.number", allow_null=True)
    cycle = CycleField(source="bill.cycle", allow_null=True)
    reference = TextField(source="payment.reference", allow_null=True, help_text="The payment's.")
    amount = AmountField(currency="recovery.currency")
    at = InstantField()


class RecoverySerializer(serializers.Serializer[Recovery]):
    """Σ allocations + outstanding = amount, at every moment (R5.4)."""

    number = NumberField()
    refund = NumberField(
        source="refund.number", allow_null=True, help_text="Null for a negative balance (R3.5)."
    )
    order = NumberField(source="refund.order.number", allow_null=True)
    seller = NumberField(source="seller.number")
    original_bill = NumberField(
        source="original_bill.number",
        help_text="Where it was settled; of a negative balance, where that began.",
    )
    bill = NumberField(
        source="uncovered_on",
        allow_null=True,
        help_text="Of a negative balance: the bill that left it uncovered; else null.",
    )
    cycle = CycleField(
        help_text="The current month of R5.2, which holds refunded_at; or that of `bill`."
    )
    basis = WordField(RecoveryBasis.choices)
    currency = TextField()
    amount = AmountField()
    outstanding = AmountField()
    state = WordField(RecoveryState.choices)
    refunded_at = InstantField(source="refund.refunded_at", allow_null=True)
    window_start = CycleField(help_text="The first cycle whose bill may be drawn on.")
    window_end = CycleField(help_text="The last one.")
    allocations = AllocationSerializer(many=True)
    opened_at = InstantField()
    modified_at = InstantField()


class PathStepSerializer(serializers.Serializer[Step]):
    """Taken, planned or open; planned, `amount` is the most that may be taken there."""

    progress = serializers.ChoiceField([step.value for step in Progress])
    source = WordField(Source.choices)  # type: ignore[assignment]
    amount = SharedCurrencyField()
    on = serializers.DateField(help_text="In the settlement time zone; planned: the first day.")
    cycle = OptionalTextField()
    document = OptionalTextField(help_text="A bill, a receivable or a payment's reference.")


class PathSerializer(serializers.Serializer[object]):
    """The whole way of a recovery (R5.6)."""

    recovery = NumberField()
    currency = TextField()
    steps = PathStepSerializer(many=True)
