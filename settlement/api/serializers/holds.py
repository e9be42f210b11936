from rest_framework import serializers

from koogallery.api.fields import (
    FreeTextField,
    InstantField,
    NumberField,
    OptionalTextField,
    TextField,
)
from koogallery.api.serializers import StrictSerializer
from settlement.models import BillHold


class HoldInput(StrictSerializer):
    seller = NumberField()
    reason = FreeTextField()


class HoldSerializer(serializers.Serializer[BillHold]):
    number = NumberField()
    seller = NumberField(source="seller.number")
    preview = NumberField(
        source="preview.number", allow_null=True, default=None, help_text="Where it was held back."
    )
    reason = FreeTextField()
    held_by = TextField(source="held_by.username")
    held_at = InstantField()
    released = serializers.BooleanField(source="is_released")
    release_reason = OptionalTextField()
    released_by = TextField(source="released_by.username", allow_null=True, default=None)
    released_at = InstantField(allow_null=True)
    modified_at = InstantField()
