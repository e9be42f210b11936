from http import HTTPStatus

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.serializers import StrictSerializer
from koogallery.duties import Duty
from settlement.api.batched import BatchedViewSet, Report, ReportSerializer
from settlement.choices import RunSellerState, RunState
from settlement.listings.bill_runs import RunFilters
from settlement.models import BillHold, BillRun, BillRunSeller
from settlement.readings.run_reports import FORMS, take_report
from settlement.services.closing.runs import request_run
from settlement.services.previews.preview import preview_run
from settlement.services.previews.retries import retry_run
from settlement.services.previews.stored import run_preview
from settlement.tasks import dispatch

#: More named sellers than this are closed with everyone.
MOST_SELLERS = 10_000


class RunInput(StrictSerializer):
    """Without `sellers`: everyone, and those who are behind are brought up to date in order."""

    cycle = fields.CycleField()
    sellers = fields.BoundedListField(
        child=fields.NumberField(), required=False, allow_empty=False, max_length=MOST_SELLERS
    )


class RunRequest(RunInput):
    """With an approved `preview` of the cycle, exactly what it shows is issued."""

    preview = fields.NumberField(required=False)


class RetryInput(StrictSerializer):
    """Which parked sellers, all unless named, and what they are to issue now if anything else."""

    sellers = fields.BoundedListField(
        child=fields.NumberField(), required=False, allow_empty=False, max_length=MOST_SELLERS
    )
    preview = fields.NumberField(
        required=False, help_text="An approved one that shows these sellers."
    )


class ReportInput(serializers.Serializer[BillRun]):
    """Which file is asked for."""

    format = fields.WordField([(form, form.upper()) for form in FORMS])


class ParkedSerializer(serializers.Serializer[BillRunSeller]):
    """A seller whose close failed; the others went on."""

    seller = fields.NumberField(source="seller.number")
    reason = fields.TextField(source="told_reason")
    hold = fields.NumberField(
        allow_null=True, help_text="Held back by an operator: tried again once released."
    )


class RunReport(Report[BillRun]):
    @property
    def parked(self) -> QuerySet[BillRunSeller]:
        parked = self.work.parts.filter(state=RunSellerState.PARKED)
        standing = BillHold.objects.unreleased().filter(seller=OuterRef("seller"))
        found: QuerySet[BillRunSeller] = parked.annotate(hold=Subquery(standing.values("number")))
        return found.select_related("seller").order_by("seller__number")


class RunSerializer(ReportSerializer[BillRun]):
    id = fields.NumberField(source="work.number")
    preview = fields.NumberField(source="work.preview.number", allow_null=True, default=None)
    state = fields.WordField(RunState.choices, source="work.state")
    reason = fields.TextField(source="work.told_reason")
    sellers_parked = serializers.IntegerField(source="progress.sellers_parked")
    lines = serializers.IntegerField(source="progress.lines", help_text="Billed so far.")
    progressed_at = fields.InstantField(
        source="work.progressed_at", allow_null=True, help_text="The last batch."
    )
    taken_up_at = fields.InstantField(
        source="work.taken_up_at", allow_null=True, help_text="After it had stood still."
    )


class RunDetailSerializer(RunSerializer):
    parked = ParkedSerializer(many=True)


class PreviewFiguresSerializer(serializers.Serializer[object]):
    currency = fields.TextField()
    line_count = serializers.IntegerField()
    sales_amount = fields.AmountField()
    platform_fee = fields.AmountField()
    settlement_amount = fields.AmountField()
    recovered = fields.AmountField()
    net_payable = fields.AmountField()
    difference = fields.AmountField(help_text="To the last issued bill.")
    from_deposit = fields.AmountField(
        help_text="What recoveries would take from the deposit (R5.3)."
    )
    to_receivable = fields.AmountField(
        help_text="What the seller would have to pay by other means."
    )


@extend_schema_serializer(component_name="CurrencyTotals")
class PreviewTotalsSerializer(PreviewFiguresSerializer):
    """Over all sellers settled in one currency."""

    bills = serializers.IntegerField()
    negative = serializers.IntegerField(help_text="Bills below 0, which pay nothing (R3.5).")


class SellerPreviewSerializer(PreviewFiguresSerializer):
    seller = fields.NumberField()
    company_name = fields.TextField()
    bill = fields.NumberField(allow_null=True, help_text="Null: there would be none.")
    previous_settlement = fields.AmountField(allow_null=True)
    held = serializers.ListField(
        child=fields.TextField(), help_text="What stays off the bill, and why."
    )


class PreviewSerializer(serializers.Serializer[object]):
    """What would be issued if nothing arrived in between."""

    cycle = fields.CycleField()
    totals = serializers.DictField(child=PreviewTotalsSerializer(), help_text="By currency.")
    sellers = SellerPreviewSerializer(many=True)


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
