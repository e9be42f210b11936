from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    FreeTextField,
    InstantField,
    NumberField,
    OptionalTextField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from settlement.choices import ExitState
from settlement.models import ExitRequest
from settlement.rules.exits import Obstacle


class ObstacleSerializer(serializers.Serializer[Obstacle]):
    """One kind of thing that is still open."""

    code = TextField()
    detail = TextField()
    count = serializers.IntegerField()
    numbers = serializers.ListField(child=TextField(), help_text="The first ten.")


class ExitSerializer(serializers.Serializer[object]):
    """How far a seller is from leaving (R6.3)."""

    seller = NumberField()
    left_at = InstantField(allow_null=True)
    currency = TextField()
    deposit = AmountField(help_text="What is returned when the seller leaves.")
    request = NumberField(allow_null=True, help_text="By which the seller asks for its exit.")
    obstacles = ObstacleSerializer(many=True, help_text="Nothing keeps a seller who has none.")


class ExitRequestInput(StrictSerializer):
    """That a seller wants to leave (R6.3)."""

    seller = NumberField()
    reason = FreeTextField(required=False, allow_blank=True)


class ExitRequestSerializer(serializers.Serializer[ExitRequest]):
    number = NumberField()
    seller = NumberField(source="seller.number")
    state = WordField(ExitState.choices)
    reason = OptionalTextField()
    answer = OptionalTextField(help_text="Why it was refused.")
    requested_at = InstantField()
    decided_at = InstantField(allow_null=True)
    modified_at = InstantField()
