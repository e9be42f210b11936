from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.asked import body_of
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.viewsets import ReadViewSet, by_name
from settlement.choices import ReceivableState, RecoveryBasis, RecoveryState, Source
from settlement.listings.refunds import ReceivableFilters, RecoveryFilters
from settlement.models import Allocation, Receivable, ReceivablePayment, Recovery
from settlement.readings.recovery_paths import (
    WITH_ALLOCATIONS,
    Progress,
    Step,
    recovery_path,
    taken_since_opening,
)
from settlement.services.recoveries import receivables, reminders


class AllocationSerializer(serializers.Serializer[Allocation]):
    """One taking from one source (R5.2)."""

    source = fields.WordField(Source.choices)  # type: ignore[assignment]
    bill = fields.NumberField(source="bill.number", allow_null=True)
    cycle = fields.CycleField(source="bill.cycle", allow_null=True)
    reference = fields.TextField(
        source="payment.reference", allow_null=True, help_text="The payment's."
    )
    amount = fields.AmountField(currency="recovery.currency")
    at = fields.InstantField()


class RecoverySerializer(serializers.Serializer[Recovery]):
    """Σ allocations + outstanding = amount, at every moment (R5.4)."""

    number = fields.NumberField()
    refund = fields.NumberField(
        source="refund.number", allow_null=True, help_text="Null for a negative balance (R3.5)."
    )
    order = fields.NumberField(source="refund.order.number", allow_null=True)
    seller = fields.NumberField(source="seller.number")
    original_bill = fields.NumberField(
        source="original_bill.number",
        help_text="Where it was settled; of a negative balance, where that began.",
    )
    bill = fields.NumberField(
        source="uncovered_on",
        allow_null=True,
        help_text="Of a negative balance: the bill that left it uncovered; else null.",
    )
    cycle = fields.CycleField(
        help_text="The current month of R5.2, which holds refunded_at; or that of `bill`."
    )
    basis = fields.WordField(RecoveryBasis.choices)
    currency = fields.TextField()
    amount = fields.AmountField()
    outstanding = fields.AmountField()
    state = fields.WordField(RecoveryState.choices)
    refunded_at = fields.InstantField(source="refund.refunded_at", allow_null=True)
    window_start = fields.CycleField(help_text="The first cycle whose bill may be drawn on.")
    window_end = fields.CycleField(help_text="The last one.")
    allocations = AllocationSerializer(many=True)
    opened_at = fields.InstantField()
    modified_at = fields.InstantField()


class PathStepSerializer(serializers.Serializer[Step]):
    """Taken, planned or open; planned, `amount` is the most that may be taken there."""

    progress = serializers.ChoiceField([step.value for step in Progress])
    source = fields.WordField(Source.choices)  # type: ignore[assignment]
    amount = fields.SharedCurrencyField()
    on = serializers.DateField(help_text="In the settlement time zone; planned: the first day.")
    cycle = fields.OptionalTextField()
    document = fields.OptionalTextField(help_text="A bill, a receivable or a payment's reference.")


class PathSerializer(serializers.Serializer[object]):
    """The whole way of a recovery (R5.6)."""

    recovery = fields.NumberField()
    currency = fields.TextField()
    steps = PathStepSerializer(many=True)


class RecoveryViewSet(ReadViewSet):
    """Settled refunds on their way back from the sellers, with all that was taken (R5)."""

    queryset = Recovery.objects.select_related(
        "seller", "refund__order", "original_bill"
    ).prefetch_related(
        Prefetch("allocations", Allocation.objects.select_related("bill", "payment"))
    )
    serializer_class = RecoverySerializer
    filterset_class = RecoveryFilters
    ordering_fields = by_name("refunded_at", "amount", "outstanding", "modified_at")

    @extend_schema(responses=PathSerializer)
    @action(detail=True, methods=["get"])
    def path(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Taken, planned and open, with dates: the seller knows before money is taken (R5.6)."""
        recovery = self.get_object()
        path = {
            "recovery": recovery.number,
            "currency": recovery.currency,
            "steps": recovery_path(recovery),
        }
        return Response(PathSerializer(path, context={"currency": recovery.currency}).data)


class PaymentSerializer(serializers.Serializer[ReceivablePayment]):
    amount = fields.AmountField(currency="receivable.currency")
    reference = fields.TextField()
    at = fields.InstantField()


class ReceivableSerializer(serializers.Serializer[Receivable]):
    """What the seller has to pay by other means (R5.3)."""

    number = fields.NumberField()
    recovery = fields.NumberField(source="recovery.number")
    refund = fields.NumberField(
        source="recovery.refund.number",
        allow_null=True,
        help_text="Null for a negative balance (R3.5).",
    )
    seller = fields.NumberField(source="seller.number")
    currency = fields.TextField()
    amount = fields.AmountField()
    outstanding = fields.AmountField(source="recovery.outstanding")
    state = fields.WordField(ReceivableState.choices)
    due_at = fields.InstantField()
    payments = PaymentSerializer(many=True)
    paid = serializers.SerializerMethodField(
        help_text="Payments, and what deposit or bills gave since it opened; with what is "
        "outstanding they make its amount."
    )
    opened_at = fields.InstantField()
    modified_at = fields.InstantField()

    @extend_schema_field(AllocationSerializer(many=True))
    def get_paid(self, receivable: Receivable) -> list[Any]:
        taken: Any = taken_since_opening(receivable)
        return list(AllocationSerializer(taken, many=True).data)


class ReceivableViewSet(ReadViewSet):
    """What sellers have to pay by other means; operators record it (R5.3, R5.7)."""

    queryset = Receivable.objects.select_related("seller", "recovery__refund").prefetch_related(
        "payments", WITH_ALLOCATIONS
    )
    serializer_class = ReceivableSerializer
    filterset_class = ReceivableFilters
    ordering_fields = {
        "due_at": "due_at",
        "amount": "amount",
        "outstanding": "recovery__outstanding",
        "opened_at": "pk",
    }
    acts = {
        "payments": receivables.pay_receivable,
        "move_to_next_bill": receivables.move_receivable_to_next_bill,
        "change_due_date": reminders.change_due_date,
        "remind": reminders.remind,
    }

    @extend_schema(
        request=body_of(receivables.PAYMENT),
        responses={HTTPStatus.CREATED: ReceivableSerializer, **OR_ASKED},
    )
    @action(detail=True, methods=["post"])
    def payments(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Record a payment, in part or in full, never above what is outstanding."""
        body = self.read_body(body_of(receivables.PAYMENT))
        came = receivables.pay_receivable(number, **body, actor=self.actor)
        return answer(self, came, number, HTTPStatus.CREATED)
