from http import HTTPStatus

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.duties import Duty
from settlement.api.serializers.bill_runs import (
    PreviewSerializer,
    ReportInput,
    RetryInput,
    RunDetailSerializer,
    RunInput,
    RunReport,
    RunRequest,
    RunSerializer,
)
from settlement.api.views.batched import BatchedViewSet
from settlement.listings.bill_runs import RunFilters
from settlement.models import BillRun
from settlement.readings.run_reports import FORMS, take_report
from settlement.services.closing.runs import request_run
from settlement.services.previews.preview import preview_run
from settlement.services.previews.retries import retry_run
from settlement.services.previews.stored import run_preview
from settlement.tasks import dispatch


class BillRunViewSet(BatchedViewSet):
    """Monthly closings: asked for here, done by workers, watched here (R1.6)."""

    queryset = BillRun.objects.select_related("preview")
    costly = frozenset({"report"})
    serializer_class = RunSerializer
    detail_class = RunDetailSerializer
    report_class = RunReport
    filterset_class = RunFilters
    for_operators = frozenset({"list", "retrieve", "report"})
    parameters = {"report": frozenset({"format"})}
    duties = dict.fromkeys(("create", "preview", "retry"), Duty.RUN_BILLS)

    @extend_schema(responses=RunDetailSerializer)
    def retrieve(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """How far it has come; `closed` once everything of the cycle is done."""
        return Response(self.represent(self.get_object()))

    @extend_schema(request=RunRequest, responses={HTTPStatus.ACCEPTED: RunDetailSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Close a cycle that has ended; closing it again changes nothing (R1.7)."""
        body = self.read_body(RunRequest)
        if "preview" in body:
            run = run_preview(body["preview"], body["cycle"], body.get("sellers"), actor=self.actor)
        else:
            run = request_run(body["cycle"], body.get("sellers"), actor=self.actor)
        dispatch(run)
        return self.answer_row(run.number, HTTPStatus.ACCEPTED)

    @extend_schema(request=RunInput, responses=PreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:  # noqa: ARG002
        """What the same run would issue, changing nothing; also for the running month."""
        body = self.read_body(RunInput)
        preview = preview_run(body["cycle"], body.get("sellers"))
        return Response(PreviewSerializer(preview).data)

    @extend_schema(request=RetryInput, responses={HTTPStatus.ACCEPTED: RunDetailSerializer})
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Try parked sellers again; other content than was approved needs a new preview (R1.7)."""
        body = self.read_body(RetryInput)
        run = retry_run(
            number, body.get("sellers"), preview=body.get("preview", ""), actor=self.actor
        )
        dispatch(run)
        return self.answer_row(run.number, HTTPStatus.ACCEPTED)

    @extend_schema(
        parameters=[ReportInput],
        responses={(HTTPStatus.OK, kind): OpenApiTypes.BINARY for kind, _ in FORMS.values()},
    )
    @action(detail=True, methods=["get"])
    def report(self, request: Request, number: str) -> FileResponse:  # noqa: ARG002
        """What the run did for each seller, as a file to be kept."""
        run, form = self.get_object(), self.read_query(ReportInput)["format"]
        file, media_type = take_report(run, form, actor=self.actor)
        name = f"{run.number}.{form}"
        return FileResponse(file, as_attachment=True, filename=name, content_type=media_type)
