from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koogallery.api.fields import CycleField, InstantField, NumberField, RatioField
from sellers.api.serializers import OrderFields
from settlement.readings.billing import BillableOrder, reasons_of

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
