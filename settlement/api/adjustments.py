from http import HTTPStatus

from django.db.models import OuterRef, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from settlement.choices import AdjustmentKind
from settlement.listings.bills import AdjustmentFilters
from settlement.models import Adjustment, BillLine
from settlement.services.bills.adjustments import adjust_bill


class AdjustmentInput(StrictSerializer):
    """A difference found later, for the seller's next bill (R3.2)."""

    bill = fields.NumberField(help_text="The issued bill that it corrects.")
    amount = fields.DecimalTextField(
        rule="R3.2", help_text="Signed: positive amounts are the seller's."
    )
    reason = fields.FreeTextField()


class AdjustmentSerializer(serializers.Serializer[Adjustment]):
    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    bill = fields.NumberField(source="bill.number", help_text="The issued bill that it corrects.")
    kind = fields.WordField(AdjustmentKind.choices)
    amount = fields.AmountField()
    currency = fields.TextField()
    reason = fields.FreeTextField()
    billed_on = fields.NumberField(
        allow_null=True, help_text="The bill that it came onto, null so far."
    )
    created_at = fields.InstantField()


_LINES = BillLine.objects.filter(adjustment=OuterRef("pk"))


class AdjustmentViewSet(ReadViewSet):
    """Differences found after a bill was issued, for the seller's next one (R3.2)."""

    queryset = Adjustment.objects.select_related("seller", "bill").annotate(
        billed_on=Subquery(_LINES.values("bill__number"))
    )
    serializer_class = AdjustmentSerializer
    filterset_class = AdjustmentFilters
    ordering_fields = by_name("created_at", "amount")
    acts = {"create": adjust_bill}

    @extend_schema(
        request=AdjustmentInput,
        responses={HTTPStatus.CREATED: AdjustmentSerializer, **OR_ASKED},
    )
    def create(self, request: Request) -> Response:  # noqa: ARG002
        body = self.read_body(AdjustmentInput)
        came = adjust_bill(body["bill"], body["amount"], body["reason"], actor=self.actor)
        return answer(self, came, came.number, HTTPStatus.CREATED)
