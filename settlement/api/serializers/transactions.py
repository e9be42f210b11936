from typing import Any

from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    CycleField,
    ExactAmountField,
    InstantField,
    NumberField,
    OptionalTextField,
    TextField,
    WordField,
)
from koogallery.api.filters import ends_first
from koogallery.api.paging import MAX_PAGE_SIZE
from settlement.api.serializers.orders import REASONS
from settlement.choices import TransactionKind

KINDS = TransactionKind.choices


class TransactionsInput(serializers.Serializer[Any]):
    """What the list is narrowed to; texts may be a part of what they name."""

    seller = NumberField(required=False)
    order = TextField(required=False, help_text="A part of an order's number.")
    customer = TextField(required=False, help_text="A part of a customer's name or account.")
    product = TextField(required=False, help_text="A part of a product's number or name.")
    cycle = CycleField(required=False)
    cycle_from = CycleField(required=False)
    cycle_to = CycleField(required=False)
    kind = WordField(KINDS, required=False)
    billed = serializers.BooleanField(required=False, default=None, allow_null=True)
    ordering = serializers.ChoiceField(
        ["order", "-order", "cycle", "-cycle", "sales_amount", "-sales_amount"], default="-order"
    )
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=100)
    cursor = TextField(required=False, help_text="From `next` or `previous`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if refused := ends_first(attrs):
            raise serializers.ValidationError(dict(refused))
        return attrs


class WaitingForSerializer(serializers.Serializer[Any]):
    """A condition that does not hold yet."""

    condition = TextField(source="label")
    rule = TextField()
    at = InstantField(allow_null=True, help_text="When it will hold, if that is known.")
    missing = TextField()


class ExpectedSerializer(serializers.Serializer[Any]):
    """On which bill it is expected; certain once nothing is open but the end of the month."""

    cycle = CycleField()
    run_day = serializers.DateField()
    certain = serializers.BooleanField(source="is_certain")


class TransactionSerializer(serializers.Serializer[Any]):
    """An order, the usage of a pay-per-use order in one cycle, or an unsubscription.

    An unsubscription names the order it was of, with that order's bill, line and settlement amount;
    its own amounts are the share of the order that was refunded, below 0, its cycle is that in
    which the money went back.
    """

    kind = WordField(KINDS)
    seller = NumberField()
    order = NumberField()
    product = NumberField()
    product_name = TextField()
    customer_name = TextField()
    customer_account = TextField()
    cycle = CycleField(allow_null=True)
    due_cycle = CycleField(allow_null=True)
    records = serializers.IntegerField(help_text="Usage records summed; 1 of an order.")
    currency = TextField()
    sales_amount = ExactAmountField()
    customer_wht = ExactAmountField()
    billed = serializers.BooleanField()
    bill = NumberField(allow_null=True)
    line_no = serializers.IntegerField(allow_null=True, help_text="Of an order; usage has many.")
    unbilled_reasons = serializers.ListField(child=serializers.ChoiceField(REASONS))
    expected = ExpectedSerializer(allow_null=True)
    waiting_for = WaitingForSerializer(many=True)
    never = OptionalTextField(help_text="Why it will be on no bill at all.")
    settlement_amount = ExactAmountField(
        allow_null=True,
        help_text="What the order settles, as it is billed or else as it was sold; null: usage.",
    )
    refund = NumberField(allow_null=True, help_text="Of an unsubscription.")
    refunded_amount = AmountField(allow_null=True, help_text="What the customer got back.")
    recovery = NumberField(
        allow_null=True, help_text="That takes it back, if the order was billed (R5.1)."
    )


class TransactionPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = TransactionSerializer(many=True)
