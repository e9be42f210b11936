from typing import Any

from rest_framework import serializers

from koogallery.api.fields import CycleField, DayField, FlagField, TextField
from koogallery.api.serializers import StrictSerializer
from settlement.readings.calendar import Day


class WorkingDaysInput(serializers.Serializer[Any]):
    cycle = CycleField(required=False, help_text="Whose bills are issued; the running one if not.")


class DayInput(StrictSerializer):
    date = DayField()
    is_working_day = FlagField()
    name = TextField(max_length=100, required=False, allow_blank=True)


class DaySerializer(serializers.Serializer[Day]):
    date = DayField()
    is_working_day = serializers.BooleanField()
    name = TextField(help_text="Of a holiday, or the operators' for this day.")
    overruled = serializers.BooleanField(help_text="By an operator.")


class WorkingDaysSerializer(serializers.Serializer[Any]):
    """The month in which a cycle is closed, and the day of the run in it (R1.6)."""

    cycle = CycleField()
    run_day = DayField()
    calendar = TextField(help_text="Whose public holidays: a country, ISO 3166.")
    time_zone = TextField()
    results = DaySerializer(many=True)
