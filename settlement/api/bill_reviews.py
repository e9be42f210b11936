from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.fields import (
    AmountField,
    CycleField,
    FreeTextField,
    InstantField,
    NumberField,
    OptionalTextField,
    TextField,
)
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, ScopedViewSet, by_name
from settlement.api.bill_previews import LookReasonSerializer
from settlement.listings.bill_runs import BillLookFilters, HoldFilters
from settlement.models import BillHold, BillLook
from settlement.services.closing import holds


class BillLookSerializer(serializers.Serializer[BillLook]):
    bill = NumberField(source="bill.number")
    seller = NumberField(source="bill.seller.number")
    cycle = CycleField(source="bill.cycle")
    currency = TextField(source="bill.currency")
    settlement_amount = AmountField(currency="bill.currency", source="bill.settlement_amount")
    looks = LookReasonSerializer(many=True)
    due = serializers.BooleanField(source="is_due", help_text="Nobody has looked at it yet.")
    comment = TextField()
    looked_by = TextField(source="looked_by.username", allow_null=True, default=None)
    looked_at = InstantField(allow_null=True)
    modified_at = InstantField()


class BillLookViewSet(ListModelMixin, ScopedViewSet):
    """Bills that met a guard rail and were in no approved preview; looked at before approval."""

    queryset = BillLook.objects.select_related("bill__seller", "looked_by")
    serializer_class = BillLookSerializer
    filterset_class = BillLookFilters
    ordering_fields = by_name("looked_at", "modified_at")
    for_operators = frozenset({"list"})


class HoldInput(StrictSerializer):
    seller = NumberField()
    reason = FreeTextField()


class HoldSerializer(serializers.Serializer[BillHold]):
    number = NumberField()
    seller = NumberField(source="seller.number")
    preview = NumberField(
        source="preview.number", allow_null=True, default=None, help_text="Where it was held back."
    )
    reason = FreeTextField()
    held_by = TextField(source="held_by.username")
    held_at = InstantField()
    released = serializers.BooleanField(source="is_released")
    release_reason = OptionalTextField()
    released_by = TextField(source="released_by.username", allow_null=True, default=None)
    released_at = InstantField(allow_null=True)
    modified_at = InstantField()


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
