from functools import partial
from http import HTTPStatus
from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from settlement.api.filters.bill_runs import RunFilters
from settlement.api.serializers.bill_runs import (
    PreviewSerializer,
    RunDetailSerializer,
    RunInput,
    RunReport,
    RunSerializer,
)
from settlement.models import BillRun
from settlement.services.preview import preview_run
from settlement.services.runs import progress_of, progress_of_each, request_run
from settlement.tasks import dispatch


class BillRunViewSet(ScopedViewSet):
    """Monthly closings: asked for here, done by workers, watched here (R1.6)."""

    queryset = BillRun.objects.all()
    serializer_class = RunSerializer
    filterset_class = RunFilters
    ordering_fields = {name: name for name in ("cycle", "created_at")}
    for_operators = frozenset({"list", "retrieve"})
    duties = {"create": Duty.RUN_BILLS, "preview": Duty.RUN_BILLS}

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return RunSerializer if self.action == "list" else RunDetailSerializer

    def list(self, request: Request) -> Response:  # noqa: ARG002
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        progress = progress_of_each(page)
        reports = [RunReport(run, progress[run.pk]) for run in page]
        return self.get_paginated_response([RunSerializer(report).data for report in reports])

    @extend_schema(responses=RunDetailSerializer)
    def retrieve(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """How far it has come; `closed` once everything of the cycle is done."""
        return _report(self.get_object())

    @extend_schema(request=RunInput, responses={HTTPStatus.ACCEPTED: RunDetailSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Close a cycle that has ended; closing it again changes nothing (R1.7)."""
        body = self.read_body(RunInput)
        run = request_run(body["cycle"], body.get("sellers"), actor=self.actor)
        transaction.on_commit(partial(dispatch, run.number))
        return _report(run, HTTPStatus.ACCEPTED)

    @extend_schema(request=RunInput, responses=PreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:  # noqa: ARG002
        """What the same run would issue, changing nothing; also for the running month."""
        body = self.read_body(RunInput)
        preview = preview_run(body["cycle"], body.get("sellers"))
        return Response(PreviewSerializer(preview).data)


def _report(run: BillRun, status: int = HTTPStatus.OK) -> Response:
    return Response(RunDetailSerializer(RunReport(run, progress_of(run))).data, status=status)
