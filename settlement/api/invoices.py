from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.fields import (
    AmountField,
    BoundedListField,
    DayField,
    DecimalTextField,
    FlagField,
    InstantField,
    NumberField,
    OptionalTextField,
    RatioField,
    TextField,
    WordField,
)
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from settlement.choices import InvoiceState
from settlement.listings.bills import ConsentFilters, InvoiceFilters
from settlement.models import Invoice, InvoiceTax, SelfBillingConsent
from settlement.rules.invoice_taxes import MOST_RATES, TaxedPart
from settlement.services.bills import invoices, self_billing

LEFT_OUT = "What is certified, or what the last invoice said, unless given."


def _known(**options: Any) -> TextField:
    """A text that is known of the seller, unless it is given."""
    return TextField(required=False, max_length=300, help_text=LEFT_OUT, **options)


class TaxInput(StrictSerializer):
    rate = RatioField(rule="R8.1", help_text="A share of the net: 0.19 is 19 %.")
    net = DecimalTextField(rule="R8.1")
    tax = DecimalTextField(rule="R8.1", help_text="Rate × net, half up to the minor unit.")


class InvoiceInput(StrictSerializer):
    """What stands on the seller's document (R8.1)."""

    bill = NumberField()
    invoice_no = TextField(max_length=60, help_text="The seller's own number.")
    invoice_date = DayField(required=False, help_text="Today, unless given.")
    amount = DecimalTextField(rule="R8.1", help_text="Net: all that is left, unless more_follow.")
    taxes = BoundedListField(
        child=TaxInput(),
        required=False,
        max_length=MOST_RATES,
        help_text="Per rate of VAT; together they make the amount. None: no VAT is charged.",
    )
    currency = TextField(required=False, max_length=3, help_text="The bill's, unless given.")
    company_name = _known()
    vat_number = _known()
    account_number = _known()
    account_holder = _known()
    bank_name = _known()
    bank_address = _known()
    swift_code = _known()
    bill_to = _known()
    more_follow = FlagField(
        default=False, help_text="Further invoices for the same bill ask for the rest."
    )


class TaxSerializer(serializers.Serializer[InvoiceTax]):
    rate = RatioField()
    net = AmountField(currency="invoice.currency")
    tax = AmountField(currency="invoice.currency")
    gross = AmountField(currency="invoice.currency")


class InvoiceSerializer(serializers.Serializer[Invoice]):
    number = NumberField()
    state = WordField(InvoiceState.choices)
    seller = NumberField(source="seller.number")
    bill = NumberField(source="bill.number")
    invoice_no = TextField()
    invoice_date = DayField()
    currency = TextField()
    amount = AmountField(help_text="Net.")
    taxes = TaxSerializer(many=True)
    tax = AmountField()
    gross = AmountField(help_text="What is paid: the tax comes on top.")
    company_name = TextField()
    vat_number = TextField()
    account_number = TextField()
    account_holder = TextField()
    bank_name = TextField()
    bank_address = TextField()
    swift_code = TextField()
    bill_to = TextField()
    rejection_reason = OptionalTextField()
    submitted_at = InstantField()
    decided_at = InstantField(allow_null=True)
    modified_at = InstantField()


class InvoiceViewSet(ReadViewSet):
    """What sellers ask to be paid for their bills (R8.1).

    A seller submits and withdraws its own, an operator may record that; operators alone decide.
    """

    queryset = Invoice.objects.select_related("seller", "bill").prefetch_related("taxes")
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilters
    ordering_fields = by_name("submitted_at", "invoice_date", "amount", "modified_at")
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

    seller = NumberField()
    vat_rate = DecimalTextField(rule="R8.3", help_text="A share: 0.19 is 19 %; 0 for none.")
    exemption = TextField(
        required=False, max_length=200, help_text="At rate 0: why no VAT is charged."
    )


class ConsentSerializer(serializers.Serializer[SelfBillingConsent]):
    number = NumberField()
    seller = NumberField(source="seller.number")
    vat_rate = RatioField()
    exemption = OptionalTextField()
    agreed_at = InstantField()
    ended_at = InstantField(allow_null=True)
    modified_at = InstantField()


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
