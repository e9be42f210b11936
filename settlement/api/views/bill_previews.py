from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import InnerViewSet
from koogallery.duties import Duty
from settlement.api.serializers.bill_previews import (
    ApprovalInput,
    LookInput,
    PreviewPartSerializer,
    PreviewReport,
    StoredPreviewDetailSerializer,
    StoredPreviewSerializer,
)
from settlement.api.serializers.bill_runs import RunInput
from settlement.api.views.batched import BatchedViewSet
from settlement.listings.bill_previews import PreviewPartFilters, StoredPreviewFilters
from settlement.models import BillPreview, BillPreviewSeller
from settlement.services.previews.reviews import decide_look
from settlement.services.previews.stored import approve_preview, request_preview
from settlement.tasks import dispatch


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
    ordering_fields = {
        name: name for name in ("settlement_amount", "net_payable", "difference", "from_deposit")
    }
    default_ordering = "pk"
    lookup_field = "pk"
    for_operators = frozenset({"list"})
