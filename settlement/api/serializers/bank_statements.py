from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    DayField,
    InstantField,
    NumberField,
    OptionalTextField,
    TextField,
    WholeNumberField,
    WordField,
)
from koogallery.kit.money import format_amount
from settlement.choices import LinePurpose, LineReason, LineState, StatementFormat, StatementState
from settlement.models import BankLine, BankStatement
from settlement.readings.bank_balances import gaps_of
from settlement.readings.bank_lines import Suggestion


class StatusSerializer(serializers.Serializer[dict[str, Any]]):
    """What a bank's answer says of a payment file, or of one payment in it."""

    status = TextField(help_text="ISO 20022: RJCT has failed; ACTC, ACCP, ACSC are only noted.")
    message_id = TextField(help_text="Of the file: the number of the batch.")
    end_to_end_id = OptionalTextField()
    reasons = serializers.ListField(child=TextField())
    text = OptionalTextField()
    payouts = serializers.ListField(child=NumberField())
    failed = serializers.ListField(child=NumberField(), help_text="Payouts that failed by it.")


class BankStatementSerializer(serializers.Serializer[BankStatement]):
    """What a bank sent, taken once (R8.2)."""

    number = NumberField()
    format = WordField(StatementFormat.choices)
    account = OptionalTextField(help_text="Ours, as it is configured.")
    currency = OptionalTextField()
    opening = AmountField(allow_null=True)
    closing = AmountField(allow_null=True)
    gap = serializers.SerializerMethodField(
        help_text="By how much the opening differs from the closing before it; null: not at all."
    )
    opened_on = DayField(allow_null=True)
    closed_on = DayField(allow_null=True)
    lines = WholeNumberField(source="lines_total")
    matched = WholeNumberField(source="lines_matched", help_text="All that do not lie in suspense.")
    suspense = WholeNumberField(source="lines_in_suspense")
    statuses = StatusSerializer(many=True, help_text="Of a pain.002.")
    reference = OptionalTextField(help_text="The bank's.")
    sequence = OptionalTextField(help_text="The bank's count of statements.")
    digest = TextField(source="file_digest", help_text="SHA-256 of the file, in hex.")
    taken_by = OptionalTextField(
        source="taken_by.username", default=None, help_text="Null: by a command."
    )
    taken_at = InstantField()
    state = WordField(StatementState.choices)
    reversed_by = OptionalTextField(
        source="reversed_by.username", default=None, help_text="Who asked for it."
    )
    reversed_at = InstantField(allow_null=True)
    reversal_reason = OptionalTextField()

    @extend_schema_field({"type": ["string", "null"]})
    def get_gap(self, statement: BankStatement) -> str | None:
        gap = self._gaps(statement).get(statement.pk)
        return None if gap is None else format_amount(gap, statement.currency)

    def _gaps(self, statement: BankStatement) -> dict[int, Decimal]:
        if "gaps" not in self.__dict__:
            rows = getattr(self.parent, "instance", None)
            self.__dict__["gaps"] = gaps_of(rows if isinstance(rows, list) else [statement])
        gaps: dict[int, Decimal] = self.__dict__["gaps"]
        return gaps


class TakenSerializer(BankStatementSerializer):
    """The first statement of a file; lines are counted over all of them."""

    statements = BankStatementSerializer(many=True, help_text="All of the file, in its order.")


class BankLineSerializer(serializers.Serializer[BankLine]):
    """One movement on our account, and whose money it is (R8.2)."""

    number = NumberField()
    statement = NumberField(source="statement.number")
    line_no = WholeNumberField()
    amount = AmountField(help_text="Signed: negative went out.")
    charges = AmountField(help_text="The part of it that is the bank's charges, signed.")
    currency = TextField()
    booked_on = DayField(help_text="The bank's day.")
    value_on = DayField(allow_null=True)
    is_reversal = serializers.BooleanField()
    state = WordField(LineState.choices)
    match = WordField(LineReason.choices, source="reason", help_text="By what, or why not.")
    purpose = WordField(LinePurpose.choices, allow_null=True)
    seller = NumberField(source="seller.number", allow_null=True, default=None)
    payout = NumberField(source="payout.number", allow_null=True, default=None)
    batch = NumberField(source="batch.number", allow_null=True, default=None)
    receivable = NumberField(source="payment.receivable.number", allow_null=True, default=None)
    deposit_reference = OptionalTextField(
        source="movement.reference",
        default=None,
        help_text="Of the top-up of the seller's deposit.",
    )
    adjustment = NumberField(
        source="adjustment.number",
        allow_null=True,
        default=None,
        help_text="By which it is settled with the seller's next bill.",
    )
    sends_back = NumberField(
        source="sends_back.number",
        allow_null=True,
        default=None,
        help_text="The line that came in and that this one returned to its payer.",
    )
    repeats = NumberField(
        source="repeats.number", allow_null=True, default=None, help_text="The line told before."
    )
    end_to_end_id = OptionalTextField()
    bank_reference = OptionalTextField()
    uetr = OptionalTextField()
    counterparty_name = OptionalTextField()
    counterparty_account = OptionalTextField()
    text = OptionalTextField()
    return_reason = OptionalTextField(help_text="ISO 20022, such as AC04.")
    return_text = OptionalTextField()
    transaction_code = OptionalTextField()
    attributed_by = OptionalTextField(source="attributed_by.username", default=None)
    attributed_at = InstantField(allow_null=True)
    comment = OptionalTextField()
    modified_at = InstantField()


class SuggestionSerializer(serializers.Serializer[Suggestion]):
    """What a line in suspense may be attributed to."""

    to = TextField(help_text="As the act takes it.")
    seller = NumberField(source="seller.number", allow_null=True, default=None)
    company_name = OptionalTextField(source="seller.company_name", default=None)
    reasons = serializers.ListField(child=TextField())
