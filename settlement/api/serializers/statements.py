from typing import Any

from rest_framework import serializers

from koogallery.api.fields import (
    InstantField,
    NumberField,
    SharedCurrencyField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from settlement.readings.statement_files import MEDIA_TYPES


class StatementInput(StrictSerializer):
    """The range, both ends inclusive, and what the books knew by when (R7.2)."""

    effective_at_from = InstantField(required=False)
    effective_at_to = InstantField(required=False)
    known_at = InstantField(required=False)


class StatementExportInput(StatementInput):
    format = WordField([(form, form) for form in MEDIA_TYPES])


class FiguresSerializer(serializers.Serializer[Any]):
    """Above 0 is owed to the seller, below 0 by the seller."""

    payable = SharedCurrencyField(help_text="Billed and not paid out yet.")
    deposit = SharedCurrencyField()
    owed = SharedCurrencyField(help_text="Recoveries, receivables and what is carried over.")
    balance = SharedCurrencyField(help_text="The sum of the three.")


class StatementEntrySerializer(serializers.Serializer[Any]):
    journal = TextField(source="journal.key")
    kind = TextField(source="journal.kind")
    document = TextField(source="journal.subject")
    effective_at = InstantField(source="journal.effective_at")
    recorded_at = InstantField(source="journal.recorded_at")
    payable = SharedCurrencyField(source="moved.payable")
    deposit = SharedCurrencyField(source="moved.deposit")
    owed = SharedCurrencyField(source="moved.owed")
    balance = SharedCurrencyField(source="after.balance", help_text="After this movement.")


class StatementSerializer(serializers.Serializer[Any]):
    seller = NumberField(source="seller.number")
    currency = TextField()
    effective_at_from = InstantField(source="period.start", allow_null=True)
    effective_at_to = InstantField(source="period.end", allow_null=True)
    known_at = InstantField(source="period.known_at", allow_null=True)
    opening = FiguresSerializer()
    entries = StatementEntrySerializer(source="movements", many=True)
    closing = FiguresSerializer()
