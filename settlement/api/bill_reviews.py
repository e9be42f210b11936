from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, ScopedViewSet, by_name
from settlement.api.bill_previews import LookReasonSerializer
from settlement.listings.bill_runs import BillLookFilters, HoldFilters
from settlement.models import BillHold, BillLook
from settlement.services.closing import holds


class BillLookSerializer(serializers.Serializer[BillLook]):
    bill = fields.NumberField(source="bill.number")
    seller = fields.NumberField(source="bill.seller.number")
    cycle = fields.CycleField(source="bill.cycle")
    currency = fields.TextField(source="bill.currency")
    settlement_amount = fields.AmountField(
        currency="bill.currency", source="bill.settlement_amount"
    )
    looks = LookReasonSerializer(many=True)
    due = serializers.BooleanField(source="is_due", help_text="Nobody has looked at it yet.")
    comment = fields.TextField()
    looked_by = fields.TextField(source="looked_by.username", allow_null=True, default=None)
    looked_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()


class BillLookViewSet(ListModelMixin, ScopedViewSet):
    """Bills that met a guard rail and were in no approved preview; looked at before approval."""

    queryset = BillLook.objects.select_related("bill__seller", "looked_by")
    serializer_class = BillLookSerializer
    filterset_class = BillLookFilters
    ordering_fields = by_name("looked_at", "modified_at")
    for_operators = frozenset({"list"})


class HoldInput(StrictSerializer):
    seller = fields.NumberField()
    reason = fields.FreeTextField()


class HoldSerializer(serializers.Serializer[BillHold]):
    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    preview = fields.NumberField(
        source="preview.number", allow_null=True, default=None, help_text="Where it was held back."
    )
    reason = fields.FreeTextField()
    held_by = fields.TextField(source="held_by.username")
    held_at = fields.InstantField()
    released = serializers.BooleanField(source="is_released")
    release_reason = fields.OptionalTextField()
    released_by = fields.TextField(source="released_by.username", allow_null=True, default=None)
    released_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()


class HoldViewSet(ReadViewSet):
    """Sellers to whom nothing is issued until an operator releases them (R1.7)."""

    queryset = BillHold.objects.select_related("seller", "preview", "held_by", "released_by")
    serializer_class = HoldSerializer
    filterset_class = HoldFilters
    ordering_fields = by_name("held_at", "released_at", "modified_at")
    for_operators = frozenset({"list", "retrieve"})
    acts = {"create": holds.hold_seller, "release": holds.release_hold}

    @extend_schema(request=HoldInput, responses={HTTPStatus.CREATED: HoldSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Hold a seller back: every bill run parks it until it is released."""
        body = self.read_body(HoldInput)
        hold = holds.hold_seller(body["seller"], body["reason"], actor=self.actor)
        return self.answer_row(hold.number, HTTPStatus.CREATED)
