from functools import cached_property
from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import InnerViewSet, by_name
from koogallery.duties import Duty
from koogallery.kit.names import TEXT_LENGTH
from settlement.api.batched import BatchedViewSet, Report, ReportSerializer
from settlement.api.bill_runs import PreviewFiguresSerializer, PreviewTotalsSerializer, RunInput
from settlement.choices import Look, PreviewSellerState, PreviewState
from settlement.listings.bill_runs import PreviewPartFilters, StoredPreviewFilters
from settlement.models import BillPreview, BillPreviewSeller
from settlement.services.previews.reviews import decide_look
from settlement.services.previews.stored import approve_preview, request_preview
from settlement.services.previews.totals import PreviewTotals, totals_of
from settlement.tasks import dispatch


class ApprovalInput(StrictSerializer):
    seen = fields.TextField(
        required=False,
        max_length=TEXT_LENGTH,
        help_text="The `digest` of what was read; another one is refused. Left out: what is kept.",
    )


class LookInput(StrictSerializer):
    """Acknowledge a seller that met a guard rail, or hold any seller back with a comment."""

    seller = fields.NumberField()
    hold = fields.FlagField(required=False)
    comment = fields.FreeTextField(required=False, allow_blank=True)
    seen = fields.FreeTextField(
        required=False,
        help_text="The `content` of the seller that was read; another one is refused.",
    )


class PreviewReport(Report[BillPreview]):
    @cached_property
    def totals(self) -> PreviewTotals:
        return totals_of(self.work)


class StoredPreviewSerializer(ReportSerializer[BillPreview]):
    number = fields.NumberField(source="work.number")
    state = fields.WordField(PreviewState.choices, source="work.state")
    digest = fields.OptionalTextField(
        source="work.digest", help_text="Stands for all that it shows, once it is ready."
    )
    run = fields.NumberField(
        source="work.run.number",
        allow_null=True,
        default=None,
        help_text="The bill run that issues it.",
    )
    sellers_blocked = serializers.IntegerField(
        source="progress.sellers_parked", help_text="Whose close would be refused."
    )
    lines = serializers.IntegerField(source="progress.lines", help_text="Previewed so far.")
    approved_at = fields.InstantField(source="work.approved_at", allow_null=True)


class StoredPreviewDetailSerializer(StoredPreviewSerializer):
    totals = serializers.DictField(
        child=PreviewTotalsSerializer(), source="totals.by_currency", help_text="By currency."
    )
    looks_due = serializers.IntegerField(
        source="totals.looks_due", help_text="Sellers to look at before it can be approved."
    )


class LookReasonSerializer(serializers.Serializer[object]):
    """A guard rail that the seller met."""

    code = fields.TextField()
    detail = fields.TextField()


class PreviewPartSerializer(PreviewFiguresSerializer):
    seller = fields.NumberField(source="seller.number")
    company_name = fields.TextField(source="seller.company_name")
    state = fields.WordField(PreviewSellerState.choices)
    reason = fields.TextField(source="told_reason", help_text="Why the close would be refused.")
    bill = fields.OptionalTextField(help_text="Null: there would be none.")
    bills = serializers.IntegerField(help_text="Also of cycles the seller is behind.")
    issued = fields.AmountField(help_text="Over all of these bills.")
    previous_settlement = fields.AmountField(allow_null=True)
    held = serializers.ListField(
        source="held_told", child=fields.TextField(), help_text="What stays off the bill, and why."
    )
    content = fields.OptionalTextField(help_text="Digest of everything that would be issued.")
    looks = LookReasonSerializer(many=True)
    look = fields.WordField(Look.choices)
    look_comment = fields.TextField()


class StoredPreviewViewSet(BatchedViewSet):
    """Months as they would be closed: computed by workers, kept, looked at, approved (R1.6)."""

    queryset = BillPreview.objects.select_related("run")
    serializer_class = StoredPreviewSerializer
    detail_class = StoredPreviewDetailSerializer
    report_class = PreviewReport
    filterset_class = StoredPreviewFilters
    for_operators = frozenset({"list", "retrieve"})
    duties = {
        "create": Duty.RUN_BILLS,
        "look": Duty.APPROVE_BILLS,
        "approve": Duty.APPROVE_BILLS,
    }

    @extend_schema(responses=StoredPreviewDetailSerializer)
    def retrieve(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """How far it has come, and its sums; what each seller would get is under `sellers/`."""
        return Response(self.represent(self.get_object()))

    @extend_schema(request=RunInput, responses={HTTPStatus.ACCEPTED: StoredPreviewDetailSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Ask for what the same bill run would issue; also for the running month."""
        body = self.read_body(RunInput)
        preview = request_preview(body["cycle"], body.get("sellers"), actor=self.actor)
        dispatch(preview)
        return self.answer_row(preview.number, HTTPStatus.ACCEPTED)

    @extend_schema(request=LookInput, responses=StoredPreviewDetailSerializer)
    @action(detail=True, methods=["post"])
    def look(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Acknowledge a seller that met a guard rail, or hold any back until it is released."""
        body = self.read_body(LookInput)
        decide_look(
            number,
            body["seller"],
            body.get("comment", ""),
            hold=body.get("hold", False),
            seen=body.get("seen"),
            actor=self.actor,
        )
        return self.answer_row(number)

    @extend_schema(request=ApprovalInput, responses=StoredPreviewDetailSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Let exactly this be issued; by a run asked for with it, or on the run day."""
        body = self.read_body(ApprovalInput)
        approve_preview(number, body.get("seen"), actor=self.actor)
        return self.answer_row(number)


class PreviewPartViewSet(ListModelMixin, InnerViewSet):
    """What each seller of a stored preview would be issued."""

    owners = BillPreview.objects.all()
    owner_field = "preview"
    queryset = BillPreviewSeller.objects.select_related("seller").exclude(state="pending")
    serializer_class = PreviewPartSerializer
    filterset_class = PreviewPartFilters
    ordering_fields = by_name("settlement_amount", "net_payable", "difference", "from_deposit")
    default_ordering = "pk"
    lookup_field = "pk"
    for_operators = frozenset({"list"})
