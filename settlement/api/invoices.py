from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api import fields
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from settlement.choices import InvoiceState
from settlement.listings.bills import ConsentFilters, InvoiceFilters
from settlement.models import Invoice, InvoiceTax, SelfBillingConsent
from settlement.rules.invoice_taxes import MOST_RATES, TaxedPart
from settlement.services.bills import invoices, self_billing

LEFT_OUT = "What is certified, or what the last invoice said, unless given."


def _known(**options: Any) -> fields.TextField:
    """A text that is known of the seller, unless it is given."""
    return fields.TextField(required=False, max_length=300, help_text=LEFT_OUT, **options)


class TaxInput(StrictSerializer):
    rate = fields.RatioField(rule="R8.1", help_text="A share of the net: 0.19 is 19 %.")
    net = fields.DecimalTextField(rule="R8.1")
    tax = fields.DecimalTextField(rule="R8.1", help_text="Rate × net, half up to the minor unit.")


class InvoiceInput(StrictSerializer):
    """What stands on the seller's document (R8.1)."""

    bill = fields.NumberField()
    invoice_no = fields.TextField(max_length=60, help_text="The seller's own number.")
    invoice_date = fields.DayField(required=False, help_text="Today, unless given.")
    amount = fields.DecimalTextField(
        rule="R8.1", help_text="Net: all that is left, unless more_follow."
    )
    taxes = fields.BoundedListField(
        child=TaxInput(),
        required=False,
        max_length=MOST_RATES,
        help_text="Per rate of VAT; together they make the amount. None: no VAT is charged.",
    )
    currency = fields.TextField(required=False, max_length=3, help_text="The bill's, unless given.")
    company_name = _known()
    vat_number = _known()
    account_number = _known()
    account_holder = _known()
    bank_name = _known()
    bank_address = _known()
    swift_code = _known()
    bill_to = _known()
    more_follow = fields.FlagField(
        default=False, help_text="Further invoices for the same bill ask for the rest."
    )


class TaxSerializer(serializers.Serializer[InvoiceTax]):
    rate = fields.RatioField()
    net = fields.AmountField(currency="invoice.currency")
    tax = fields.AmountField(currency="invoice.currency")
    gross = fields.AmountField(currency="invoice.currency")


class InvoiceSerializer(serializers.Serializer[Invoice]):
    number = fields.NumberField()
    state = fields.WordField(InvoiceState.choices)
    seller = fields.NumberField(source="seller.number")
    bill = fields.NumberField(source="bill.number")
    invoice_no = fields.TextField()
    invoice_date = fields.DayField()
    currency = fields.TextField()
    amount = fields.AmountField(help_text="Net.")
    taxes = TaxSerializer(many=True)
    tax = fields.AmountField()
    gross = fields.AmountField(help_text="What is paid: the tax comes on top.")
    company_name = fields.TextField()
    vat_number = fields.TextField()
    account_number = fields.TextField()
    account_holder = fields.TextField()
    bank_name = fields.TextField()
    bank_address = fields.TextField()
    swift_code = fields.TextField()
    bill_to = fields.TextField()
    rejection_reason = fields.OptionalTextField()
    submitted_at = fields.InstantField()
    decided_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()


class InvoiceViewSet(ReadViewSet):
    """What sellers ask to be paid for their bills (R8.1).

    A seller submits and withdraws its own, an operator may record that; operators alone decide.
    """

    queryset = Invoice.objects.select_related("seller", "bill").prefetch_related("taxes")
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilters
    ordering_fields = by_name("invoice_date", "amount", "modified_at", arrived="submitted_at")
    acts = {
        "create": invoices.submit_invoice,
        "verify": invoices.verify_invoice,
        "reject": invoices.reject_invoice,
        "withdraw": invoices.withdraw_invoice,
    }

    @extend_schema(request=InvoiceInput, responses={HTTPStatus.CREATED: InvoiceSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Ask for what a bill pays, to the cent; several invoices may share it."""
        body = self.read_body(InvoiceInput)
        bill, more_follow = body.pop("bill"), body.pop("more_follow")
        taxes = [TaxedPart(**part) for part in body.pop("taxes", ())]
        invoice = invoices.submit_invoice(
            bill, body, taxes=taxes, more_follow=more_follow, actor=self.actor
        )
        return self.answer_row(invoice.number, HTTPStatus.CREATED)


class SelfBillingInput(StrictSerializer):
    """A seller's word that the platform issues its invoices (R8.3)."""

    seller = fields.NumberField()
    vat_rate = fields.DecimalTextField(rule="R8.3", help_text="A share: 0.19 is 19 %; 0 for none.")
    exemption = fields.TextField(
        required=False, max_length=200, help_text="At rate 0: why no VAT is charged."
    )


class ConsentSerializer(serializers.Serializer[SelfBillingConsent]):
    number = fields.NumberField()
    seller = fields.NumberField(source="seller.number")
    vat_rate = fields.RatioField()
    exemption = fields.OptionalTextField()
    agreed_at = fields.InstantField()
    ended_at = fields.InstantField(allow_null=True)
    modified_at = fields.InstantField()


class ConsentViewSet(ReadViewSet):
    """Sellers whose invoices the platform issues itself, as their bills are approved (R8.3)."""

    queryset = SelfBillingConsent.objects.select_related("seller")
    serializer_class = ConsentSerializer
    filterset_class = ConsentFilters
    ordering_fields = by_name("agreed_at", "ended_at", "modified_at")
    acts = {
        "create": self_billing.consent_to_self_billing,
        "end": self_billing.end_self_billing,
    }

    @extend_schema(request=SelfBillingInput, responses={HTTPStatus.CREATED: ConsentSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """From the next approved bill on the platform issues the seller's invoices."""
        body = self.read_body(SelfBillingInput)
        consent = self_billing.consent_to_self_billing(body.pop("seller"), **body, actor=self.actor)
        return self.answer_row(consent.number, HTTPStatus.CREATED)
