from rest_framework import serializers

from koogallery.api.fields import AmountField, CycleField, InstantField, NumberField, TextField
from settlement.api.serializers.bill_previews import LookReasonSerializer
from settlement.models import BillLook


class BillLookSerializer(serializers.Serializer[BillLook]):
    bill = NumberField(source="bill.number")
    seller = NumberField(source="bill.seller.number")
    cycle = CycleField(source="bill.cycle")
    currency = TextField(source="bill.currency")
    settlement_amount = AmountField(currency="bill.currency", source="bill.settlement_amount")
    looks = LookReasonSerializer(many=True)
    due = serializers.BooleanField(source="is_due", help_text="Nobody has looked at it yet.")
    comment = TextField()
    looked_by = TextField(source="looked_by.username", allow_null=True, default=None)
    looked_at = InstantField(allow_null=True)
    modified_at = InstantField()
