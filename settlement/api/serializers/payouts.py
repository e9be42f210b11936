from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    BoundedListField,
    DayField,
    InstantField,
    NumberField,
    OptionalTextField,
    TextField,
    WholeNumberField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from koogallery.kit.money import format_amount
from settlement.choices import BatchState, LinePurpose, PayoutState
from settlement.models import Payout, PayoutApproval, PayoutBatch, PayoutItem
from settlement.readings.payouts import Balances, balances_of_each

#: Sellers that a batch may be put together for by name.
MOST_SELLERS = 1000


class PaidBillSerializer(serializers.Serializer[PayoutItem]):
    number = NumberField(source="bill.number")
    net_payable = AmountField(source="net", currency="payout.currency")
    tax = AmountField(currency="payout.currency", help_text="Of its invoices, paid on top (R8.1).")


class ReturnedDepositSerializer(serializers.Serializer[PayoutItem]):
    reference = TextField(source="movement.reference")
    amount = AmountField(source="net", currency="payout.currency")


class FailureSerializer(serializers.Serializer[Payout]):
    code = TextField(source="failure_code", help_text="The bank's, as ISO 20022 has them: AC04.")
    detail = OptionalTextField(source="failure_detail")


class PayoutSerializer(serializers.Serializer[Payout]):
    """Money on its way to one seller (R8.2)."""

    number = NumberField()
    seller = NumberField(source="seller.number")
    currency = TextField()
    amount = AmountField(help_text="Of its bills with the tax of their invoices.")
    state = WordField(PayoutState.choices)
    expected_on = DayField()
    batch = NumberField(source="batch.number", allow_null=True, default=None)
    end_to_end_id = TextField(allow_null=True)
    bank_account = TextField(
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
    sent_at = InstantField(allow_null=True)
    paid_at = InstantField(allow_null=True)
    bank_reference = OptionalTextField()
    bank_line = serializers.SerializerMethodField(
        help_text="Of the statement that shows it leaving; null before."
    )
    failed_at = InstantField(allow_null=True)
    created_at = InstantField()
    modified_at = InstantField()

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

    currency = TextField(max_length=3)
    expected_on = DayField(
        required=False,
        help_text="Payouts expected until then; the day of payment where it is still to come.",
    )
    sellers = BoundedListField(child=NumberField(), required=False, max_length=MOST_SELLERS)


class BatchApprovalSerializer(serializers.Serializer[PayoutApproval]):
    operator = TextField(source="operator.username")
    comment = OptionalTextField()
    at = InstantField()


class BatchSerializer(serializers.Serializer[PayoutBatch]):
    """Payouts that go to the bank in one file (R8.2)."""

    number = NumberField()
    state = WordField(BatchState.choices)
    currency = TextField()
    amount = AmountField()
    count = WholeNumberField()
    expected_on = DayField(help_text="On which the bank is asked to pay.")
    payer_account = TextField(source="payer_number")
    approvals_needed = WholeNumberField()
    approvals = BatchApprovalSerializer(many=True)
    created_by = TextField(source="created_by.username")
    created_at = InstantField()
    approved_at = InstantField(allow_null=True)
    sent_at = InstantField(allow_null=True)
    settled_at = InstantField(allow_null=True)
    modified_at = InstantField()
