"""Bill runs and previews of them: asked for, done by workers, watched."""

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.fields import CycleField, InstantField, TextField
from koogallery.api.parsers import BulkJSONParser
from koogallery.api.viewsets import ScopedViewSet, by_name
from settlement.models import Batched
from settlement.readings.progress import RunProgress, progress_of, progress_of_each

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


class BatchedViewSet(ScopedViewSet):
    parser_classes = [BulkJSONParser]
    ordering_fields = by_name("cycle", "created_at")
    detail_class: ClassVar[type[serializers.BaseSerializer[Any]]]
    report_class: ClassVar[type[Report[Any]]]

    def get_serializer_class(self) -> Any:
        return self.serializer_class if self.action == "list" else self.detail_class

    def list(self, request: Request) -> Response:  # noqa: ARG002
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        progress = progress_of_each(page)
        reports = [self.report_class(each, progress[each.pk]) for each in page]
        return self.get_paginated_response(
            [self.get_serializer_class()(report).data for report in reports]
        )

    def represent(self, row: Batched) -> Any:
        return self.detail_class(self.report_class(row, progress_of(row))).data
