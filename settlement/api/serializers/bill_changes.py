from rest_framework import serializers

from koogallery.api.fields import AmountField, NumberField, SharedCurrencyField, WordField
from settlement.choices import ChangeCause
from settlement.readings.bill_changes import Change, Comparison


class BillChangeSerializer(serializers.Serializer[Change]):
    """A signed part of the difference."""

    cause = WordField(ChangeCause.choices)
    product = NumberField(
        source="product.number",
        allow_null=True,
        default=None,
        help_text="Of sales; null of those of all products that have no change of their own.",
    )
    amount = SharedCurrencyField()


class BillComparisonSerializer(serializers.Serializer[Comparison]):
    """What a bill pays beside the seller's bill before it; the changes make the difference."""

    bill = NumberField(source="bill.number")
    before = NumberField(source="before.number")
    net_payable = AmountField(source="bill.net_payable", currency="bill.currency")
    net_payable_before = AmountField(source="before.net_payable", currency="before.currency")
    difference = SharedCurrencyField()
    changes = BillChangeSerializer(many=True, help_text="The largest first.")
