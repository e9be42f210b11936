from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    CycleField,
    ExactAmountField,
    InstantField,
    NumberField,
    RatioField,
    SharedCurrencyField,
    TextField,
    WordField,
)
from settlement.choices import LineKind
from settlement.readings.line_breakdowns import (
    Condition,
    CycleReason,
    RatioReason,
    Reckoning,
    Reduction,
)

CONDITIONS = ["effective", "paid", "supervision_completed"]


class RatioReasonSerializer(serializers.Serializer[RatioReason]):
    """The product's ratio when the order was placed, by its version (R2.6)."""

    rule = TextField()
    product = NumberField()
    ratio = RatioField()
    version = serializers.IntegerField()
    valid_from = InstantField(allow_null=True)
    placed_at = InstantField()


class ConditionSerializer(serializers.Serializer[Condition]):
    condition = serializers.ChoiceField(CONDITIONS)
    at = InstantField()
    decides = serializers.BooleanField(help_text="The latest one decides the cycle.")


class CycleReasonSerializer(serializers.Serializer[CycleReason]):
    """Why this cycle (R1.4), and whether a later bill caught it up (R1.5)."""

    rule = TextField()
    cycle = CycleField()
    bill_cycle = CycleField()
    catch_up = serializers.BooleanField()
    time_zone = TextField()
    conditions = ConditionSerializer(many=True)


class ReductionSerializer(serializers.Serializer[Reduction]):
    """What is retained of an order that was refunded in part before it was billed (R4.6)."""

    rule = TextField()
    formula = TextField()
    paid_amount = SharedCurrencyField()
    refunded = SharedCurrencyField()
    ordered_sales_amount = SharedCurrencyField()
    ordered_customer_wht = SharedCurrencyField()


class ReckoningSerializer(serializers.Serializer[Reckoning]):
    """`formula` over the fields of this answer gives `settlement`, to 12 decimals (R2.4)."""

    bill = NumberField(source="line.bill.number")
    line_no = serializers.IntegerField(source="line.line_no")
    kind = WordField(LineKind.choices, source="line.kind")
    currency = TextField(source="line.bill.currency")
    rule = TextField()
    formula = TextField()
    sales_amount = ExactAmountField(source="line.sales_amount", currency="line.bill.currency")
    customer_wht = ExactAmountField(source="line.customer_wht", currency="line.bill.currency")
    platform_fee_ratio = RatioField(source="line.platform_fee_ratio")
    amount = AmountField(
        source="line.adjustment.amount",
        currency="line.bill.currency",
        allow_null=True,
        help_text="Of an adjustment.",
    )
    settlement = ExactAmountField(source="line.settlement", currency="line.bill.currency")
    ratio = RatioReasonSerializer(allow_null=True)
    cycle = CycleReasonSerializer(allow_null=True)
    reduction = ReductionSerializer(allow_null=True)
    adjustment = NumberField(source="line.adjustment.number", allow_null=True)
    corrected_bill = NumberField(source="line.adjustment.bill.number", allow_null=True)
    text = TextField(help_text="The same in sentences, in the caller's language.")
