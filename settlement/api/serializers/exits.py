from rest_framework import serializers

from koogallery.api.fields import AmountField, InstantField, NumberField, TextField
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
    obstacles = ObstacleSerializer(many=True, help_text="Nothing keeps a seller who has none.")
