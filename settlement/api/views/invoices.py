from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.invoices import InvoiceInput, InvoiceSerializer
from settlement.listings.invoices import InvoiceFilters
from settlement.models import Invoice
from settlement.rules.invoice_taxes import TaxedPart
from settlement.services.bills import invoices


class InvoiceViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """What sellers ask to be paid for their bills (R8.1).

    A seller submits and withdraws its own, an operator may record that; operators alone decide.
    """

    queryset = Invoice.objects.select_related("seller", "bill").prefetch_related("taxes")
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilters
    ordering_fields = {
        name: name for name in ("submitted_at", "invoice_date", "amount", "modified_at")
    }
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
