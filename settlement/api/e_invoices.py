"""An e-invoice as it was read, and held against its bill (R8.3)."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from koogallery.api import fields
from koogallery.api.serializers import StrictSerializer
from koogallery.kit.money import MINOR_UNITS, format_amount
from settlement.api.invoices import InvoiceSerializer
from settlement.e_invoices.holding import Compared
from settlement.e_invoices.reader import Account, EInvoice
from settlement.rules.invoice_taxes import TaxedPart


class QueryFlagField(fields.FlagField):
    """A flag in a query string."""

    def to_internal_value(self, data: object) -> bool:
        return super().to_internal_value({"true": True, "false": False}.get(str(data), data))


class EInvoiceQuery(StrictSerializer):
    submit = QueryFlagField(default=False, help_text="Submit the invoice; else it is only read.")
    more_follow = QueryFlagField(
        default=False, help_text="Further invoices for the same bill ask for the rest."
    )


def _written(amount: Decimal, currency: str) -> str:
    """An invoice may be in a currency that nobody is settled in."""
    return format_amount(amount, currency) if currency in MINOR_UNITS else f"{amount:f}"


class _AmountField(fields.AmountField):
    write_out = staticmethod(_written)


class _AmountOfRateField(fields.SharedCurrencyField):
    write_out = staticmethod(_written)


class _AccountSerializer(serializers.Serializer[Account]):
    account_number = fields.TextField(source="number")
    account_holder = fields.OptionalTextField(source="holder")
    swift_code = fields.OptionalTextField()


class _TaxSerializer(serializers.Serializer[TaxedPart]):
    rate = fields.RatioField()
    net = _AmountOfRateField()
    tax = _AmountOfRateField()
    gross = _AmountOfRateField()


class _ReadSerializer(serializers.Serializer[EInvoice]):
    syntax = fields.TextField()
    type_code = fields.TextField(help_text="UNTDID 1001; 380 is a commercial invoice.")
    invoice_no = fields.TextField(source="number")
    invoice_date = fields.DayField(source="issued_on")
    currency = fields.TextField()
    company_name = fields.TextField(source="seller_name")
    vat_number = fields.OptionalTextField(source="seller_vat")
    bill_to = fields.TextField(source="buyer_name")
    bill_to_vat_number = fields.OptionalTextField(source="buyer_vat")
    accounts = _AccountSerializer(many=True)
    amount = _AmountField(source="net", help_text="Net.")
    taxes = _TaxSerializer(many=True)
    tax = _AmountField()
    gross = _AmountField()
    payable = _AmountField()


class _ComparedSerializer(serializers.Serializer[Compared]):
    term = fields.TextField(help_text="Of EN 16931, such as BT-109.")
    label: Any = fields.TextField()
    says = fields.OptionalTextField(source="said")
    expected = fields.OptionalTextField()
    equal = serializers.BooleanField(source="holds")
    refusal = fields.OptionalTextField(source="refusal.detail", default="")


class HeldSerializer(serializers.Serializer[Any]):
    read = _ReadSerializer()
    comparison = _ComparedSerializer(many=True)
    acceptable = serializers.BooleanField(help_text="Whether it can be submitted.")
    invoice = InvoiceSerializer(allow_null=True, help_text="Where it was submitted.")
