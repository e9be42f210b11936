from http import HTTPStatus

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.fields import CycleField, InstantField, NumberField, RatioField
from koogallery.api.viewsets import ReadViewSet, by_name
from koogallery.duties import Duty
from sellers.api.serializers import OrderChange, OrderFields, OrderInput
from sellers.models import Order
from sellers.services.delivery.enabling import deliver_order
from sellers.services.orders.recording import NewOrder, change_order, record_order
from sellers.services.orders.supervision import provide_service
from settlement.listings.orders import OrderFilters
from settlement.readings.billing import BillableOrder, reasons_of, with_billing

STATUSES = ("billed", "unbilled")
REASONS = (
    "not_effective",
    "not_paid",
    "supervision_open",
    "seller_not_certified",
    "cycle_open",
    "refund_pending",
    "fully_refunded",
    "trial",
    "cancelled",
)


class OrderSerializer(OrderFields):
    """An order as the trading system told it, with its ratio, its cycle and where it stands."""

    seller = NumberField(source="seller.number")
    platform_fee_ratio = RatioField(help_text="The product's when it was placed (R2.6).")
    cycle = CycleField(allow_null=True, help_text="Null while a condition of R1.4 is open.")
    due_cycle = CycleField(allow_null=True, help_text="The cycle whose bill it is expected on.")
    billing_status = serializers.SerializerMethodField()
    unbilled_reasons = serializers.SerializerMethodField(help_text="Empty once billed (R1.3).")
    bill = NumberField(allow_null=True)
    recorded_at = InstantField()
    modified_at = InstantField()

    @extend_schema_field(serializers.ChoiceField(STATUSES))
    def get_billing_status(self, order: BillableOrder) -> str:
        return "billed" if order.bill else "unbilled"

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(REASONS)))
    def get_unbilled_reasons(self, order: BillableOrder) -> tuple[str, ...]:
        return reasons_of(order, timezone.now())


class OrderViewSet(ReadViewSet):
    """Orders as the trading system tells them, and where each stands on its way to a bill."""

    queryset = with_billing(Order.objects.all())
    serializer_class = OrderSerializer
    filterset_class = OrderFilters
    ordering_fields = by_name("number", "placed_at", "paid_amount", "sales_amount", "modified_at")
    acts = {"provide_service": provide_service, "deliver": deliver_order}
    duties = dict.fromkeys(("create", "partial_update"), Duty.IMPORT_FACTS)

    @extend_schema(
        request=OrderInput,
        responses={HTTPStatus.OK: OrderSerializer, HTTPStatus.CREATED: OrderSerializer},
    )
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Record an order. The same number and content again is 200, other content 409."""
        new = NewOrder(**self.read_body(OrderInput))
        order, is_new = record_order(new, actor=self.actor)
        return self.answer_row(order.number, HTTPStatus.CREATED if is_new else HTTPStatus.OK)

    @extend_schema(request=OrderChange, responses=OrderSerializer)
    def partial_update(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Tell what has become of an order; once it is billed it is frozen (R3.2)."""
        order = change_order(number, self.read_body(OrderChange), actor=self.actor)
        return self.answer_row(order.number)
