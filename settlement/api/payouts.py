from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from koogallery.duties import Duty
from koogallery.kit.money import format_amount
from settlement.choices import BatchState, LinePurpose, PayoutState
from settlement.listings.payouts import BatchFilters, PayoutFilters
from settlement.models import Payout, PayoutApproval, PayoutBatch, PayoutItem
from settlement.readings.payouts import Balances, balances_of_each
from settlement.services.payouts import batches, outcomes

#: Sellers that a batch may be put together for by name.
MOST_SELLERS = 1000


class PaidBillSerializer(serializers.Serializer[PayoutItem]):
    number = fields.NumberField(source="bill.number")
    net_payable = fields.AmountField(source="net", currency="payout.currency")
    tax = fields.AmountField(
        currency="payout.currency", help_text="Of its invoices, paid on top (R8.1)."
    )


class ReturnedDepositSerializer(serializers.Serializer[PayoutItem]):
    reference = fields.TextField(source="movement.reference")
    amount = fields.AmountField(source="net", currency="payout.currency")


class FailureSerializer(serializers.Serializer[Payout]):
    code = fields.TextField(
        source="failure_code", help_text="The bank's, as ISO 20022 has them: AC04."
    )
    detail = fields.OptionalTextField(source="failure_detail")


class PayoutSerializer(serializers.Serializer[Payout]):
    """Money on its way to one seller (R8.2)."""

    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    currency = fields.TextField()
    amount = fields.AmountField(help_text="Of its bills with the tax of their invoices.")
    state = fields.WordField(PayoutState.choices)
    expected_on = fields.DayField()
    batch = fields.NumberField(source="batch.number", allow_null=True, default=None)
    end_to_end_id = fields.TextField(allow_null=True)
    bank_account = fields.TextField(
        source="bank_account.masked_account_number",
        allow_null=True,
        default=None,
        help_text="Masked; chosen with the batch.",
    )
    bills = serializers.SerializerMethodField()
    deposits = serializers.SerializerMethodField(help_text="Deposits that it returns (R6.3).")
    opening_balance = serializers.SerializerMethodField(
        help_text="Payable to the seller after the payout before this one, net of tax."
    )
    came_in = serializers.SerializerMethodField(help_text="What has become payable since.")
    closing_balance = serializers.SerializerMethodField(
        help_text="What is payable after it: opening_balance + came_in - what it pays, net."
    )
    failure = serializers.SerializerMethodField()
    sent_at = fields.InstantField(allow_null=True)
    paid_at = fields.InstantField(allow_null=True)
    bank_reference = fields.OptionalTextField()
    bank_line = serializers.SerializerMethodField(
        help_text="Of the statement that shows it leaving; null before."
    )
    failed_at = fields.InstantField(allow_null=True)
    created_at = fields.InstantField()
    modified_at = fields.InstantField()

    @extend_schema_field(PaidBillSerializer(many=True))
    def get_bills(self, payout: Payout) -> list[Any]:
        bills: Any = [item for item in payout.items.all() if item.bill_id]
        return list(PaidBillSerializer(bills, many=True).data)

    @extend_schema_field(ReturnedDepositSerializer(many=True))
    def get_deposits(self, payout: Payout) -> list[Any]:
        returned: Any = [item for item in payout.items.all() if item.movement_id]
        return list(ReturnedDepositSerializer(returned, many=True).data)

    @extend_schema_field(FailureSerializer(allow_null=True))
    def get_failure(self, payout: Payout) -> Any:
        return FailureSerializer(payout).data if payout.failure_code else None

    @extend_schema_field({"type": ["string", "null"]})
    def get_bank_line(self, payout: Payout) -> str | None:
        """What was paid may have left with its whole batch in one booking."""
        lines = [line for line in payout.bank_lines.all() if line.purpose == LinePurpose.PAYOUT]
        lines += payout.batch.bank_lines.all() if payout.batch and payout.paid_at else []
        return lines[0].number if lines else None

    def get_opening_balance(self, payout: Payout) -> str:
        return format_amount(self._balances(payout).opening, payout.currency)

    def get_came_in(self, payout: Payout) -> str:
        return format_amount(self._balances(payout).came, payout.currency)

    def get_closing_balance(self, payout: Payout) -> str:
        return format_amount(self._balances(payout).closing, payout.currency)

    def _balances(self, payout: Payout) -> Balances:
        known: dict[int, Balances] = self.__dict__.setdefault("balances", {})
        if payout.pk not in known:
            rows = getattr(self.parent, "instance", None)
            known.update(balances_of_each(rows if isinstance(rows, list) else [payout]))
        return known[payout.pk]


class BatchInput(StrictSerializer):
    """What is planned in a currency, until a day and of some sellers if they are named."""

    currency = fields.TextField(max_length=3)
    expected_on = fields.DayField(
        required=False,
        help_text="Payouts expected until then; the day of payment where it is still to come.",
    )
    sellers = fields.BoundedListField(
        child=fields.NumberField(), required=False, max_length=MOST_SELLERS
    )


class BatchApprovalSerializer(serializers.Serializer[PayoutApproval]):
    operator = fields.TextField(source="operator.username")
    comment = fields.OptionalTextField()
    at = fields.InstantField()


class BatchSerializer(serializers.Serializer[PayoutBatch]):
    """Payouts that go to the bank in one file (R8.2)."""

    number = fields.NumberField()
    state = fields.WordField(BatchState.choices)
    currency = fields.TextField()
    amount = fields.AmountField()
    count = fields.WholeNumberField()
    expected_on = fields.DayField(help_text="On which the bank is asked to pay.")
    payer_account = fields.TextField(source="payer_number")
    approvals_needed = fields.WholeNumberField()
    approvals = BatchApprovalSerializer(many=True)
    created_by = fields.TextField(source="created_by.username")
    created_at = fields.InstantField()
    approved_at = fields.InstantField(allow_null=True)
    sent_at = fields.InstantField(allow_null=True)
    settled_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()


class PayoutViewSet(ReadViewSet):
    """Money on its way to sellers, each the exact sum of its bills (R8.2).

    Bank statements say how payouts end; operators record it where none comes.
    """

    queryset = Payout.objects.with_names().prefetch_related(
        "items__bill", "items__movement", "bank_lines", "batch__bank_lines"
    )
    serializer_class = PayoutSerializer
    filterset_class = PayoutFilters
    ordering_fields = by_name(
        "expected_on", "paid_at", "amount", "modified_at", arrived="created_at"
    )
    acts = {
        "paid": outcomes.pay_by_hand,
        "failed": outcomes.fail_by_hand,
        "not_paid": outcomes.unpay_by_hand,
        "pay_again": outcomes.pay_again,
    }


class PayoutBatchViewSet(ReadViewSet):
    """Payouts in one currency that go to the bank in one file (R8.2).

    Put together by one operator, approved by others (R4.4); fetching its file sends it.
    """

    queryset = PayoutBatch.objects.select_related("created_by").prefetch_related(
        "approvals__operator"
    )
    serializer_class = BatchSerializer
    filterset_class = BatchFilters
    ordering_fields = by_name("expected_on", "amount", "modified_at", arrived="created_at")
    for_operators = frozenset({"list", "retrieve", "file"})
    duties = {"create": Duty.PAY_OUT, "file": Duty.PAY_OUT}
    costly = conflicting = frozenset({"file"})
    acts = {"approve": batches.approve_batch, "cancel": batches.cancel_batch}

    @extend_schema(request=BatchInput, responses={HTTPStatus.CREATED: BatchSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Put together what is planned; what has no certified account is left out, or refused."""
        body = self.read_body(BatchInput)
        batch = batches.create_batch(
            body["currency"], body.get("expected_on"), body.get("sellers"), actor=self.actor
        )
        return self.answer_row(batch.number, HTTPStatus.CREATED)

    @extend_schema(responses={(HTTPStatus.OK, "application/xml"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def file(self, request: Request, number: str) -> HttpResponse:  # noqa: ARG002
        """The payment file, pain.001.001.09: the same bytes each time; the first time sends it."""
        batch, file = batches.file_of(number, actor=self.actor)
        answer = HttpResponse(file, content_type="application/xml")
        answer["Content-Disposition"] = f'attachment; filename="{batch.number}.xml"'
        return answer
