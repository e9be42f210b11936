from datetime import date

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koogallery.api.fields import (
    AmountField,
    CycleField,
    ExactAmountField,
    InstantField,
    NumberField,
    RatioField,
    TextField,
    WordField,
)
from settlement.choices import BillState, LineKind
from settlement.models import Bill, BillLine
from settlement.readings.bill_files import FORMS
from settlement.readings.explanations import explanation_of

EXPORT_FORMATS = [(form, form.upper()) for form in FORMS]


class PartySerializer(serializers.Serializer[Bill]):
    """One side of a bill, in the words of the day of issue (R3.2); empty where nothing is known."""

    name = TextField()
    address = TextField()
    country = TextField(required=False, help_text="Of the seller.")
    tax_number = TextField()


class BillSerializer(serializers.Serializer[Bill]):
    """A bill: `settlement_amount` is the sum of what stands above it (R2.5)."""

    number = NumberField()
    seller = NumberField(source="seller.number")
    issued_to = serializers.SerializerMethodField()
    issued_by = serializers.SerializerMethodField()
    cycle = CycleField()
    currency = TextField()
    state = WordField(BillState.choices)
    state_reason = TextField()
    line_count = serializers.IntegerField(help_text="Orders and usage records.")
    sales_amount = AmountField()
    customer_wht = AmountField()
    platform_fee = AmountField()
    withholding_tax_rate = RatioField()
    withholding_tax = AmountField()
    digital_service_tax_rate = RatioField()
    digital_service_tax = AmountField()
    adjustments = AmountField()
    settlement_amount = AmountField()
    recovered = AmountField()
    net_payable = AmountField()
    issued_at = InstantField()
    invoice_due_on = serializers.SerializerMethodField(
        help_text="Until when its invoices are due (R8.1); null before it is approved."
    )
    modified_at = InstantField()
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
    kind = WordField(LineKind.choices)
    order = NumberField(source="order.number", allow_null=True)
    metering_sn = TextField(source="usage_record.metering_sn", allow_null=True)
    adjustment = NumberField(source="adjustment.number", allow_null=True)
    product = NumberField(source="product.number", allow_null=True)
    product_name = TextField(source="product.name", allow_null=True)
    customer = TextField(source="order.customer_name", allow_null=True)
    cycle = CycleField()
    catch_up = serializers.BooleanField()
    effective_at = InstantField()
    sales_amount = ExactAmountField(currency="bill.currency")
    customer_wht = ExactAmountField(currency="bill.currency")
    platform_fee_ratio = RatioField()
    settlement = ExactAmountField(currency="bill.currency")
    refunded_before = AmountField(currency="bill.currency")
    explanation = serializers.SerializerMethodField(help_text="Why this amount, rule by rule.")

    def get_explanation(self, line: BillLine) -> str:
        return str(explanation_of(line))


class BeingMadeSerializer(serializers.Serializer[Bill]):
    """A file that a worker makes now: ask again after `Retry-After`."""

    state = WordField([("being_made", "Being made")])


class BillExportInput(serializers.Serializer[Bill]):
    """Which file is asked for."""

    format = WordField(EXPORT_FORMATS)
