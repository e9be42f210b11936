from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.self_billing import ConsentSerializer, SelfBillingInput
from settlement.listings.self_billing import ConsentFilters
from settlement.models import SelfBillingConsent
from settlement.services.bills import self_billing


class ConsentViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Sellers whose invoices the platform issues itself, as their bills are approved (R8.3)."""

    queryset = SelfBillingConsent.objects.select_related("seller")
    serializer_class = ConsentSerializer
    filterset_class = ConsentFilters
    ordering_fields = {name: name for name in ("agreed_at", "ended_at", "modified_at")}
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
