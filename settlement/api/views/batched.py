"""Bill runs and previews of them: asked for, done by workers, watched."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.parsers import BulkJSONParser
from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.batched import Report
from settlement.models import Batched
from settlement.readings.progress import progress_of, progress_of_each


class BatchedViewSet(ScopedViewSet):
    parser_classes = [BulkJSONParser]
    ordering_fields = {name: name for name in ("cycle", "created_at")}
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
