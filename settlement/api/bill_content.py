from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    CycleField,
    ExactAmountField,
    InstantField,
    NumberField,
    RatioField,
    SharedCurrencyField,
    SharedExactAmountField,
    TextField,
    WordField,
)
from koogallery.api.paging import MAX_PAGE_SIZE
from settlement.choices import ChangeCause, LineKind
from settlement.models import Bill
from settlement.readings.bill_changes import Change, Comparison
from settlement.readings.line_breakdowns import (
    Condition,
    CycleReason,
    RatioReason,
    Reckoning,
    Reduction,
)
from settlement.readings.proofs import FIGURES, OPERATIONS, Entry, Node, Part, Run, Taking

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


#: What a client needs of a line to check it and to sum it.
LINE_FIELDS = "line_no,kind,sales_amount,customer_wht,platform_fee_ratio,settlement"


class PartSerializer(serializers.Serializer[Part]):
    node = TextField(help_text="The id of a node above.")
    sign = serializers.IntegerField(help_text="1: added, -1: taken away.")


class LinesSerializer(serializers.Serializer[Run]):
    """`adjustments` is the settlement of lines that are adjustments; `settlement` the others'."""

    first = serializers.IntegerField()
    last = serializers.IntegerField()
    count = serializers.IntegerField()
    figure = serializers.ChoiceField(FIGURES)
    url = serializers.SerializerMethodField(help_text="The first page of these lines.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, run: Run) -> str:
        query = {
            "line_no_from": run.first,
            "line_no_to": run.last,
            "page_size": MAX_PAGE_SIZE,
            "fields": LINE_FIELDS,
        }
        return f"{self.context['lines']}?{urlencode(query)}"


class EntryOfNodeSerializer(serializers.Serializer[Entry]):
    journal = TextField()
    account = TextField()


class TakingSerializer(serializers.Serializer[Taking]):
    recovery = NumberField()
    refund = NumberField(allow_null=True, help_text="Null for a negative balance (R3.5).")


class NodeSerializer(serializers.Serializer[Node]):
    """How an amount follows from others. Every node comes after its parts."""

    id = TextField()
    rule = TextField()
    operation = serializers.ChoiceField([*OPERATIONS.items()])
    amount = SharedExactAmountField()
    parts = PartSerializer(many=True)
    factor = RatioField(help_text="A rate; 1 unless it is a tax.")
    lines = LinesSerializer(allow_null=True)
    entry = EntryOfNodeSerializer(allow_null=True)
    taking = TakingSerializer(allow_null=True)


class ProofSerializer(serializers.Serializer[Bill]):
    """The bill as a tree of sums. Its root is `net_payable`; `journal:` and `agrees:` are 0."""

    bill = NumberField(source="number")
    currency = TextField()
    decimals = serializers.SerializerMethodField(help_text="Of the currency's minor unit.")
    line_count = serializers.IntegerField()
    nodes = serializers.SerializerMethodField()

    def get_decimals(self, bill: Bill) -> int:  # noqa: ARG002
        decimals: int = self.context["decimals"]
        return decimals

    @extend_schema_field(NodeSerializer(many=True))
    def get_nodes(self, bill: Bill) -> Any:  # noqa: ARG002
        return NodeSerializer(self.context["nodes"], many=True, context=self.context).data


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
