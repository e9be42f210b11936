from rest_framework import serializers

from koogallery.api.fields import AmountField, InstantField, NumberField, TextField, WordField
from settlement.choices import Account
from settlement.models import LedgerEntry


class EntrySerializer(serializers.Serializer[LedgerEntry]):
    """One leg of a journal: debit positive, credit negative; together they are zero (R7.1)."""

    journal = TextField(source="journal.key", help_text="What happened, once.")
    kind = TextField(source="journal.kind")
    subject = TextField(source="journal.subject", help_text="The number of what it is about.")
    seller = NumberField(
        source="seller.number",
        allow_null=True,
        default=None,
        help_text="Null: between the platform and its bank.",
    )
    account = WordField(Account.choices)
    currency = TextField()
    amount = AmountField()
    effective_at = InstantField(source="journal.effective_at")
    recorded_at = InstantField(source="journal.recorded_at")


class BalanceSerializer(serializers.Serializer[object]):
    account = WordField(Account.choices)
    currency = TextField()
    balance = AmountField()


class BalancesSerializer(serializers.Serializer[object]):
    results = BalanceSerializer(many=True)


class InvariantSerializer(serializers.Serializer[object]):
    """One sentence that the stored rows must bear out."""

    name = TextField()
    sentence = TextField()
    holds = serializers.BooleanField()
    checked = serializers.IntegerField(help_text="Rows looked at.")
    difference = TextField(help_text="Empty while it holds.")


class InvariantsSerializer(serializers.Serializer[object]):
    results = InvariantSerializer(many=True)
