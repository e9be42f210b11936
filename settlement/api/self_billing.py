from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.fields import (
    DecimalTextField,
    InstantField,
    NumberField,
    OptionalTextField,
    RatioField,
    TextField,
)
from koogallery.api.serializers import StrictSerializer
from koogallery.api.viewsets import ReadViewSet, by_name
from settlement.listings.invoices import ConsentFilters
from settlement.models import SelfBillingConsent
from settlement.services.bills import self_billing


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
