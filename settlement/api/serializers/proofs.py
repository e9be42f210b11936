from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koogallery.api.fields import NumberField, RatioField, SharedExactAmountField, TextField
from koogallery.api.paging import MAX_PAGE_SIZE
from settlement.models import Bill
from settlement.readings.proofs import FIGURES, OPERATIONS, Entry, Node, Part, Run, Taking

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
