from rest_framework import serializers

from koogallery.api.fields import (
    DecimalTextField,
    InstantField,
    NumberField,
    OptionalTextField,
    RatioField,
    TextField,
)
from koogallery.api.serializers import StrictSerializer
from settlement.models import SelfBillingConsent


class SelfBillingInput(StrictSerializer):
    """A seller's word that the platform issues its invoices (R8.3)."""

    seller = NumberField()
    vat_rate = DecimalTextField(rule="R8.3", help_text="A share: 0.19 is 19 %; 0 for none.")
    exemption = TextField(
        required=False, max_length=200, help_text="At rate 0: why no VAT is charged."
    )


class ConsentSerializer(serializers.Serializer[SelfBillingConsent]):
    number = NumberField()
    seller = NumberField(source="seller.number")
    vat_rate = RatioField()
    exemption = OptionalTextField()
    agreed_at = InstantField()
    ended_at = InstantField(allow_null=True)
    modified_at = InstantField()
