"""What is sent and answered: `...Input` to record, `...Change` to change, `...Fields` to read."""

from typing import Any

from rest_framework import serializers

from koogallery.api import fields
from koogallery.api.schema import ProblemErrorSerializer
from koogallery.api.serializers import StrictSerializer
from koogallery.kit.mail_addresses import LONGEST
from sellers.choices import BillingMode, DeliveryMethod, OrderType, Supervision
from sellers.models import FeeRatio, Order, Product, Seller, UsageRecord
from sellers.rules.usage import METERING_SN_LENGTH

NAME_LENGTH = 200
MOST_RECORDS = 1000


class Changing(StrictSerializer):
    """A body that changes: what is not sent stays as it is."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "partial": True})


class SellerInput(StrictSerializer):
    number = fields.NumberField(required=False, help_text="The next free one unless given.")
    company_name = fields.TextField(max_length=NAME_LENGTH)
    country = fields.TextField(max_length=2, help_text="ISO 3166: two capital letters.")
    settlement_currency = fields.TextField(
        max_length=3, help_text="ISO 4217; fixed by the first order."
    )
    certified_at = fields.InstantField(
        required=False, allow_null=True, help_text="Nothing is billed before (R1.3)."
    )
    withholding_tax_rate = fields.RatioField(rule="R2.2", required=False)
    digital_service_tax_rate = fields.RatioField(rule="R2.2", required=False)
    required_deposit = fields.DecimalTextField(rule="R6.2", required=False)


class SellerChange(Changing, SellerInput):
    number = None  # type: ignore[assignment]


class SellerFields(serializers.Serializer[Seller]):
    """A company that sells on KooGallery and is paid once a month."""

    number = fields.NumberField()
    company_name = fields.TextField()
    country = fields.TextField()
    settlement_currency = fields.TextField()
    certified_at = fields.InstantField(allow_null=True)
    withholding_tax_rate = fields.RatioField()
    digital_service_tax_rate = fields.RatioField()
    required_deposit = fields.AmountField(currency="settlement_currency")
    open_cycle = fields.CycleField(
        allow_null=True, help_text="The first not closed; null: none is."
    )
    left_at = fields.InstantField(allow_null=True)
    created_at = fields.InstantField()
    modified_at = fields.InstantField()


class ProductInput(StrictSerializer):
    number = fields.NumberField(required=False, help_text="The next free one unless given.")
    seller = fields.NumberField()
    name = fields.TextField(max_length=NAME_LENGTH)
    delivery_method = fields.WordField(DeliveryMethod.choices)
    supervised = fields.FlagField()
    platform_fee_ratio = fields.RatioField(
        help_text="A change is for orders placed from then on (R2.6)."
    )
    valid_from = fields.InstantField(
        required=False, help_text="From when on the ratio counts; now, unless given (R2.6)."
    )


class ProductChange(Changing, ProductInput):
    number = None  # type: ignore[assignment]
    seller = None  # type: ignore[assignment]
    listed = fields.FlagField(help_text="False delists it; what is sold of it goes on (R9.2).")


class ProductFields(serializers.Serializer[Product]):
    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    name = fields.TextField()
    delivery_method = fields.WordField(DeliveryMethod.choices)
    supervised = serializers.BooleanField()
    platform_fee_ratio = fields.RatioField(
        source="present_ratio",
        help_text="Of orders placed now; later ones stand in its `fee-ratios` (R2.6).",
    )
    description = fields.OptionalTextField()
    billing_modes = serializers.ListField(
        child=fields.WordField(BillingMode.choices),
        help_text="What it is offered in; empty if it was registered without an application.",
    )
    listed = serializers.BooleanField(source="is_listed")
    delisted_at = fields.InstantField(allow_null=True)
    created_at = fields.InstantField()
    modified_at = fields.InstantField()


class FeeRatioFields(serializers.Serializer[FeeRatio]):
    """A version of a product's platform fee ratio."""

    version = serializers.IntegerField()
    ratio = fields.RatioField(source="platform_fee_ratio")
    valid_from = fields.InstantField(
        help_text="Of orders placed from then on; the first also of older."
    )


class OrderFacts(StrictSerializer):
    """What the trading system may still tell of an order that is not billed."""

    customer_name = fields.TextField(max_length=NAME_LENGTH)
    customer_account = fields.TextField(max_length=NAME_LENGTH)
    customer_email = fields.TextField(
        required=False,
        allow_blank=True,
        max_length=LONGEST,
        help_text="Where the customer is mailed of a refund (R4.5); empty: nowhere.",
    )
    paid_amount = fields.DecimalTextField(help_text="Including VAT.")
    sales_amount = fields.DecimalTextField(help_text="Excluding VAT.")
    customer_wht = fields.DecimalTextField(
        required=False, help_text="The customer's withholding tax."
    )
    unit_price = fields.DecimalTextField(
        rule="R9.5", required=False, allow_null=True, help_text="Of pay-per-use, to rate usage by."
    )
    placed_at = fields.InstantField(help_text="Decides the fee ratio (R2.6).")
    paid_at = fields.InstantField(required=False, allow_null=True)
    effective_at = fields.InstantField(required=False, allow_null=True, help_text="Enabled (R1.2).")
    term_ends_at = fields.InstantField(required=False, allow_null=True)
    supervision_status = fields.WordField(Supervision.choices)
    supervision_completed_at = fields.InstantField(required=False, allow_null=True)
    cancelled_at = fields.InstantField(
        required=False, allow_null=True, help_text="Before it was paid; it is closed then (R1.3)."
    )
    ended_at = fields.InstantField(
        required=False, allow_null=True, help_text="Of pay-per-use: it no longer runs (R6.3)."
    )


class OrderInput(OrderFacts):
    number = fields.NumberField(help_text="The trading system's own.")
    product = fields.NumberField()
    order_type = fields.WordField(OrderType.choices)
    billing_mode = fields.WordField(BillingMode.choices)
    currency = fields.TextField(max_length=3, help_text="The seller's settlement currency (R2.8).")


class OrderChange(Changing, OrderFacts):
    pass


class OrderFields(serializers.Serializer[Order]):
    """An order as it was told; settlement's answer adds where it stands."""

    number = fields.NumberField()
    product = fields.NumberField(source="product.number")
    order_type = fields.WordField(OrderType.choices)
    billing_mode = fields.WordField(BillingMode.choices)
    customer_name = fields.TextField()
    customer_account = fields.TextField()
    customer_email = fields.TextField()
    currency = fields.TextField()
    paid_amount = fields.AmountField()
    sales_amount = fields.AmountField()
    customer_wht = fields.AmountField()
    unit_price = fields.ExactAmountField(allow_null=True)
    placed_at = fields.InstantField()
    paid_at = fields.InstantField(allow_null=True)
    effective_at = fields.InstantField(allow_null=True)
    term_ends_at = fields.InstantField(allow_null=True)
    supervision_status = fields.WordField(Supervision.choices)
    supervision_completed_at = fields.InstantField(allow_null=True)
    cancelled_at = fields.InstantField(allow_null=True)
    ended_at = fields.InstantField(allow_null=True)


class UsageInput(StrictSerializer):
    metering_sn = fields.TextField(
        max_length=METERING_SN_LENGTH, help_text="Unique within the seller; a repeat is known."
    )
    order = fields.NumberField()
    started_at = fields.InstantField(help_text="Decides the cycle (R1.2).")
    ended_at = fields.InstantField()
    quantity = fields.DecimalTextField(rule="R9.5", help_text="Above 0, to 12 decimals.")
    sales_amount = fields.DecimalTextField(
        required=False,
        allow_null=True,
        help_text="Rated by the order's unit price if absent. The trading system's to report: from "
        "a seller it is that price times quantity, or refused (R9.5).",
    )
    customer_wht = fields.DecimalTextField(
        required=False, help_text="The trading system's to report; from a seller 0, or refused."
    )
    package = fields.NumberField(
        required=False,
        allow_null=True,
        help_text="The order of the package that covers it; not charged again (R9.2).",
    )


class UsageBatch(StrictSerializer):
    """Records are judged one by one: a bad one does not refuse the call."""

    records = serializers.ListField(max_length=MOST_RECORDS)


class RejectedUsage(serializers.Serializer[object]):
    metering_sn = fields.TextField(allow_null=True)
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]


class UsageReport(serializers.Serializer[object]):
    """What became of the records of a call."""

    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField(help_text="Recorded before, with the same content.")
    rejected = RejectedUsage(many=True)


class UsageFields(serializers.Serializer[UsageRecord]):
    """Metered consumption of a pay-per-use order, settled once, in the cycle of its start."""

    metering_sn = fields.TextField()
    seller = fields.NumberField(source="seller.number")
    order = fields.NumberField(source="order.number")
    product = fields.NumberField(source="order.product.number")
    package = fields.NumberField(
        source="package.number",
        allow_null=True,
        help_text="The package that covers it.",
    )
    started_at = fields.InstantField()
    ended_at = fields.InstantField()
    quantity = fields.DecimalTextField()
    unit_price = fields.DecimalTextField(
        allow_null=True,
        help_text="What it was rated at; null if the trading system reported its amount.",
    )
    currency = fields.TextField(source="order.currency")
    sales_amount = fields.ExactAmountField(currency="order.currency")
    customer_wht = fields.ExactAmountField(currency="order.currency")
    cycle = fields.CycleField(allow_null=True, help_text="Null while a condition of R1.4 is open.")
    due_cycle = fields.CycleField(
        allow_null=True, help_text="The cycle whose bill it is expected on."
    )
    recorded_at = fields.InstantField()
