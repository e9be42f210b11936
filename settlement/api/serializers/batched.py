from dataclasses import dataclass
from typing import Generic, TypeVar

from rest_framework import serializers

from koogallery.api.fields import CycleField, InstantField, TextField
from settlement.models import Batched
from settlement.readings.progress import RunProgress

Work = TypeVar("Work", bound=Batched)


@dataclass(frozen=True, slots=True)
class Report(Generic[Work]):
    """A run, or the preview of one, and how far it has come."""

    work: Work
    progress: RunProgress


class ReportSerializer(serializers.Serializer[Report[Work]]):
    cycle = CycleField(source="work.cycle")
    everyone = serializers.BooleanField(source="work.everyone")
    sellers_total = serializers.IntegerField(source="progress.sellers_total")
    sellers_done = serializers.IntegerField(source="progress.sellers_done")
    eta = InstantField(source="progress.eta", allow_null=True, help_text="While it is running.")
    created_at = InstantField(source="work.created_at")
    started_at = InstantField(source="work.started_at", allow_null=True)
    finished_at = InstantField(source="work.finished_at", allow_null=True)
    stands_since = InstantField(
        source="progress.stands_since",
        allow_null=True,
        help_text="The last batch, if none follows.",
    )
    last_error = TextField(
        source="work.last_error", help_text="Why a batch failed last. It is tried again by itself."
    )
    last_error_at = InstantField(source="work.last_error_at", allow_null=True)
