from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koogallery.api import fields
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

    rule = fields.TextField()
    product = fields.NumberField()
    ratio = fields.RatioField()
    version = serializers.IntegerField()
    valid_from = fields.InstantField(allow_null=True)
    placed_at = fields.InstantField()


class ConditionSerializer(serializers.Serializer[Condition]):
    condition = serializers.ChoiceField(CONDITIONS)
    at = fields.InstantField()
    decides = serializers.BooleanField(help_text="The latest one decides the cycle.")


class CycleReasonSerializer(serializers.Serializer[CycleReason]):
    """Why this cycle (R1.4), and whether a later bill caught it up (R1.5)."""

    rule = fields.TextField()
    cycle = fields.CycleField()
    bill_cycle = fields.CycleField()
    catch_up = serializers.BooleanField()
    time_zone = fields.TextField()
    conditions = ConditionSerializer(many=True)


class ReductionSerializer(serializers.Serializer[Reduction]):
    """What is retained of an order that was refunded in part before it was billed (R4.6)."""

    rule = fields.TextField()
    formula = fields.TextField()
    paid_amount = fields.SharedCurrencyField()
    refunded = fields.SharedCurrencyField()
    ordered_sales_amount = fields.SharedCurrencyField()
    ordered_customer_wht = fields.SharedCurrencyField()


class ReckoningSerializer(serializers.Serializer[Reckoning]):
    """`formula` over the fields of this answer gives `settlement`, to 12 decimals (R2.4)."""

    bill = fields.NumberField(source="line.bill.number")
    line_no = serializers.IntegerField(source="line.line_no")
    kind = fields.WordField(LineKind.choices, source="line.kind")
    currency = fields.TextField(source="line.bill.currency")
    rule = fields.TextField()
    formula = fields.TextField()
    sales_amount = fields.ExactAmountField(
        source="line.sales_amount", currency="line.bill.currency"
    )
    customer_wht = fields.ExactAmountField(
        source="line.customer_wht", currency="line.bill.currency"
    )
    platform_fee_ratio = fields.RatioField(source="line.platform_fee_ratio")
    amount = fields.AmountField(
        source="line.adjustment.amount",
        currency="line.bill.currency",
        allow_null=True,
        help_text="Of an adjustment.",
    )
    settlement = fields.ExactAmountField(source="line.settlement", currency="line.bill.currency")
    ratio = RatioReasonSerializer(allow_null=True)
    cycle = CycleReasonSerializer(allow_null=True)
    reduction = ReductionSerializer(allow_null=True)
    adjustment = fields.NumberField(source="line.adjustment.number", allow_null=True)
    corrected_bill = fields.NumberField(source="line.adjustment.bill.number", allow_null=True)
    text = fields.TextField(help_text="The same in sentences, in the caller's language.")


#: What a client needs of a line to check it and to sum it.
LINE_FIELDS = "line_no,kind,sales_amount,customer_wht,platform_fee_ratio,settlement"


class PartSerializer(serializers.Serializer[Part]):
    node = fields.TextField(help_text="The id of a node above.")
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
    journal = fields.TextField()
    account = fields.TextField()


class TakingSerializer(serializers.Serializer[Taking]):
    recovery = fields.NumberField()
    refund = fields.NumberField(allow_null=True, help_text="Null for a negative balance (R3.5).")


class NodeSerializer(serializers.Serializer[Node]):
    """How an amount follows from others. Every node comes after its parts."""

    id = fields.TextField()
    rule = fields.TextField()
    operation = serializers.ChoiceField([*OPERATIONS.items()])
    amount = fields.SharedExactAmountField()
    parts = PartSerializer(many=True)
    factor = fields.RatioField(help_text="A rate; 1 unless it is a tax.")
    lines = LinesSerializer(allow_null=True)
    entry = EntryOfNodeSerializer(allow_null=True)
    taking = TakingSerializer(allow_null=True)


class ProofSerializer(serializers.Serializer[Bill]):
    """The bill as a tree of sums. Its root is `net_payable`; `journal:` and `agrees:` are 0."""

    bill = fields.NumberField(source="number")
    currency = fields.TextField()
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

    cause = fields.WordField(ChangeCause.choices)
    product = fields.NumberField(
        source="product.number",
        allow_null=True,
        default=None,
        help_text="Of sales; null of those of all products that have no change of their own.",
    )
    amount = fields.SharedCurrencyField()


class BillComparisonSerializer(serializers.Serializer[Comparison]):
    """What a bill pays beside the seller's bill before it; the changes make the difference."""

    bill = fields.NumberField(source="bill.number")
    before = fields.NumberField(source="before.number")
    net_payable = fields.AmountField(source="bill.net_payable", currency="bill.currency")
    net_payable_before = fields.AmountField(source="before.net_payable", currency="before.currency")
    difference = fields.SharedCurrencyField()
    changes = BillChangeSerializer(many=True, help_text="The largest first.")
