from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.parsers import FileParser, file_in_body
from koogallery.api.viewsets import InnerViewSet, ReadViewSet, by_name
from koogallery.downloads import send_export
from koogallery.kit.money import minor_unit
from koogallery.scoping import ScopedQuerySet
from settlement.api.bill_content import (
    BillComparisonSerializer,
    ProofSerializer,
    ReckoningSerializer,
)
from settlement.api.e_invoices import EInvoiceQuery, HeldSerializer
from settlement.api.seals import SealSerializer
from settlement.choices import BillState, LineKind
from settlement.listings.bills import BillFilters, BillLineFilters
from settlement.models import Bill, BillLine
from settlement.readings.bill_changes import comparison_of
from settlement.readings.bill_files import (
    FORMS,
    MEDIA_TYPES,
    BeingMade,
    export_bill,
    export_certificate,
)
from settlement.readings.line_breakdowns import reckoning_of
from settlement.readings.line_explanation import explanation_of
from settlement.readings.proofs import proof_of
from settlement.readings.seal_checks import seal_of
from settlement.services.bills import approval
from settlement.services.bills.e_invoices import hand_in_e_invoice, read_against_bill
from settlement.services.bills.invoices import submit_invoice
from settlement.services.closing.bill_reviews import look_at_bill
from settlement.tasks import dispatch_document

EXPORT_FORMATS = [(form, form.upper()) for form in FORMS]


class PartySerializer(serializers.Serializer[Bill]):
    """One side of a bill, in the words of the day of issue (R3.2); empty where nothing is known."""

    name = fields.TextField()
    address = fields.TextField()
    country = fields.TextField(required=False, help_text="Of the seller.")
    tax_number = fields.TextField()


class BillSerializer(serializers.Serializer[Bill]):
    """A bill: `settlement_amount` is the sum of what stands above it (R2.5)."""

    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    issued_to = serializers.SerializerMethodField()
    issued_by = serializers.SerializerMethodField()
    cycle = fields.CycleField()
    currency = fields.TextField()
    state = fields.WordField(BillState.choices)
    state_reason = fields.TextField()
    line_count = serializers.IntegerField(help_text="Orders and usage records.")
    sales_amount = fields.AmountField()
    customer_wht = fields.AmountField()
    platform_fee = fields.AmountField()
    withholding_tax_rate = fields.RatioField()
    withholding_tax = fields.AmountField()
    digital_service_tax_rate = fields.RatioField()
    digital_service_tax = fields.AmountField()
    adjustments = fields.AmountField()
    settlement_amount = fields.AmountField()
    recovered = fields.AmountField()
    net_payable = fields.AmountField()
    issued_at = fields.InstantField()
    invoice_due_on = serializers.SerializerMethodField(
        help_text="Until when its invoices are due (R8.1); null before it is approved."
    )
    modified_at = fields.InstantField()
    time_zone = serializers.SerializerMethodField(help_text="Where its cycle begins and ends.")
    seal = serializers.SerializerMethodField(
        help_text="SHA-256, as printed on it (R7.3); null if issued before there were seals."
    )

    @extend_schema_field(PartySerializer)
    def get_issued_to(self, bill: Bill) -> dict[str, str]:
        """The seller."""
        return {
            "name": bill.seller_name,
            "address": bill.seller_address,
            "country": bill.seller_country,
            "tax_number": bill.seller_tax_number,
        }

    @extend_schema_field(PartySerializer)
    def get_issued_by(self, bill: Bill) -> dict[str, str]:
        """The platform's contracting entity."""
        return {
            "name": bill.issuer_name,
            "address": bill.issuer_address,
            "tax_number": bill.issuer_tax_number,
        }

    def get_invoice_due_on(self, bill: Bill) -> date | None:
        opened = getattr(bill, "invoicing_list", None)
        return opened.due_on if opened else None

    def get_time_zone(self, bill: Bill) -> str:  # noqa: ARG002
        return str(settings.SETTLEMENT_TIME_ZONE)

    def get_seal(self, bill: Bill) -> str | None:
        sealed = getattr(bill, "seal", None)
        return sealed.hash if sealed else None


class BillLineSerializer(serializers.Serializer[BillLine]):
    """One transaction or adjustment; `settlement` is exact, only totals are rounded (R2.4)."""

    line_no = serializers.IntegerField()
    kind = fields.WordField(LineKind.choices)
    order = fields.NumberField(source="order.number", allow_null=True)
    metering_sn = fields.TextField(source="usage_record.metering_sn", allow_null=True)
    adjustment = fields.NumberField(source="adjustment.number", allow_null=True)
    product = fields.NumberField(source="product.number", allow_null=True)
    product_name = fields.TextField(source="product.name", allow_null=True)
    customer = fields.TextField(source="order.customer_name", allow_null=True)
    cycle = fields.CycleField()
    catch_up = serializers.BooleanField()
    effective_at = fields.InstantField()
    sales_amount = fields.ExactAmountField(currency="bill.currency")
    customer_wht = fields.ExactAmountField(currency="bill.currency")
    platform_fee_ratio = fields.RatioField()
    settlement = fields.ExactAmountField(currency="bill.currency")
    refunded_before = fields.AmountField(currency="bill.currency")
    explanation = serializers.SerializerMethodField(help_text="Why this amount, rule by rule.")

    def get_explanation(self, line: BillLine) -> str:
        return str(explanation_of(line))


class BeingMadeSerializer(serializers.Serializer[Bill]):
    """A file that a worker makes now: ask again after `Retry-After`."""

    state = fields.WordField([("being_made", "Being made")])


class BillExportInput(serializers.Serializer[Bill]):
    """Which file is asked for."""

    format = fields.WordField(EXPORT_FORMATS)


E_INVOICES = ("application/xml", "application/pdf", "application/octet-stream")

#: After which a file that a worker makes is looked for again.
MAKING_SECONDS = 5


class BillViewSet(ReadViewSet):
    """Issued bills: sellers read their own, operators approve or reject them (R3.3)."""

    queryset = Bill.objects.select_related("seller", "invoicing_list", "seal")
    serializer_class = BillSerializer
    filterset_class = BillFilters
    parameters = {
        "export": frozenset({"format"}),
        "e_invoice": frozenset({"submit", "more_follow"}),
    }
    ordering_fields = by_name(
        "cycle", "issued_at", "settlement_amount", "net_payable", "modified_at"
    )
    costly = frozenset({"export", "wht_certificate", "e_invoice"})
    conflicting = frozenset({"wht_certificate"})
    acts = {
        "look": look_at_bill,
        "approve": approval.approve_bill,
        "reject": approval.reject_bill,
        "resubmit": approval.resubmit_bill,
        "e_invoice": submit_invoice,
    }

    @extend_schema(
        parameters=[BillExportInput],
        responses={
            **{(HTTPStatus.OK, media_type): OpenApiTypes.BINARY for media_type in MEDIA_TYPES},
            HTTPStatus.ACCEPTED: BeingMadeSerializer,
        },
    )
    @action(detail=True, methods=["get"])
    def export(self, request: Request, number: str) -> StreamingHttpResponse | Response:  # noqa: ARG002
        """The bill as a file: every line as CSV or XLSX, or the document as PDF.

        The same bytes whenever it is asked for. The first time the file of a long bill is, the
        answer is 202 with `Retry-After`: ask again until a worker has made it.
        """
        bill, form = self.get_object(), self.read_query(BillExportInput)["format"]
        try:
            export = export_bill(bill, form)
        except BeingMade:
            dispatch_document(bill.number, form)
            headers = {"Retry-After": str(MAKING_SECONDS)}
            return Response({"state": "being_made"}, HTTPStatus.ACCEPTED, headers=headers)
        whose = bill.seller.number
        return send_export(export, actor=self.actor, kind="bill", number=number, seller=whose)

    @extend_schema(responses={(HTTPStatus.OK, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], url_path="wht-certificate")
    def wht_certificate(self, request: Request, number: str) -> StreamingHttpResponse:  # noqa: ARG002
        """The certificate of the tax withheld from the bill (R2.2), as PDF; 409 if none was.

        The same bytes whenever it is asked for. Its number is the bill's, with W in place of B.
        """
        bill = self.get_object()
        export, whose = export_certificate(bill), bill.seller.number
        return send_export(export, actor=self.actor, kind="bill", number=number, seller=whose)

    @extend_schema(responses=SealSerializer)
    @action(detail=True, methods=["get"])
    def seal(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The seal of the bill, what it is the digest of, and the way to the root over its day."""
        sealed = seal_of(self.get_object())
        if sealed is None:
            raise Http404
        return Response(SealSerializer(sealed).data)

    @extend_schema(
        parameters=[EInvoiceQuery],
        request=dict.fromkeys(E_INVOICES, OpenApiTypes.BINARY),
        responses={HTTPStatus.OK: HeldSerializer, HTTPStatus.CREATED: HeldSerializer},
    )
    @action(detail=True, methods=["post"], url_path="e-invoice", parser_classes=[FileParser])
    def e_invoice(self, request: Request, number: str) -> Response:
        """The seller's e-invoice as the body: UBL 2.1, CII or a hybrid PDF (R8.3).

        It is read and held against the bill, term by term, and with `submit` submitted as the
        invoice that it is; the file stays with it. What cannot be is refused by the term's number.
        """
        query = self.read_query(EInvoiceQuery)
        file = file_in_body(request)
        more_follow = query["more_follow"]
        held = read_against_bill(number, file, more_follow=more_follow, actor=self.actor)
        invoice = None
        if query["submit"]:
            invoice = hand_in_e_invoice(number, file, more_follow=more_follow, actor=self.actor)
        answer = {
            "read": held.read,
            "comparison": held.compared,
            "acceptable": not held.refusals,
            "invoice": invoice,
        }
        context = {"currency": held.read.currency}
        status = HTTPStatus.CREATED if invoice else HTTPStatus.OK
        return Response(HeldSerializer(answer, context=context).data, status=status)

    @extend_schema(responses=BillComparisonSerializer)
    @action(detail=True, methods=["get"])
    def comparison(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Why it pays another amount than the seller's bill before it; 404 for a first bill."""
        comparison = comparison_of(self.get_object())
        if comparison is None:
            raise Http404
        context = {"currency": comparison.bill.currency}
        return Response(BillComparisonSerializer(comparison, context=context).data)

    @extend_schema(responses=ProofSerializer)
    @action(detail=True, methods=["get"])
    def proof(self, request: Request, number: str) -> Response:
        """Every figure as a sum of others, down to runs of lines and to the ledger's entries."""
        bill = self.get_object()
        lines = reverse("api:bill-line-list", kwargs={"bill": number})
        context = {
            "currency": bill.currency,
            "decimals": minor_unit(bill.currency),
            "lines": request.build_absolute_uri(lines),
            "nodes": [*proof_of(bill)],
        }
        return Response(ProofSerializer(bill, context=context).data)


class BillLineViewSet(ListModelMixin, RetrieveModelMixin, InnerViewSet):
    """The lines of a bill, by their place on it, each with the reason of its amount."""

    owners = Bill.objects.all()
    owner_field = "bill"
    queryset = BillLine.objects.select_related(
        "bill", "order", "product", "usage_record", "adjustment__bill"
    )
    serializer_class = BillLineSerializer
    filterset_class = BillLineFilters
    default_ordering = "line_no"
    ordering_fields = by_name("line_no", "effective_at", "sales_amount", "settlement")
    lookup_field = "line_no"
    lookup_value_regex = "[1-9][0-9]{0,8}"

    def get_queryset(self) -> ScopedQuerySet[Any]:
        return super().get_queryset().filter(partition=self.owner.partition)

    @extend_schema(responses=ReckoningSerializer)
    @action(detail=True, methods=["get"])
    def explanation(self, request: Request, **_: Any) -> Response:  # noqa: ARG002
        """Why this amount: formula and values, ratio and version, why this cycle, in parts."""
        reckoning = reckoning_of(self.get_object())
        context = {"currency": reckoning.line.bill.currency}
        return Response(ReckoningSerializer(reckoning, context=context).data)
