from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.asked import NoInput, ReasonInput
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.viewsets import ScopedViewSet
from koogallery.duties import Duty
from settlement.api.serializers.invoices import InvoiceInput, InvoiceSerializer, VerificationInput
from settlement.listings.invoices import InvoiceFilters
from settlement.models import Invoice
from settlement.services.bills import invoices


class InvoiceViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """What sellers ask to be paid for their bills (R8.1).

    A seller submits and withdraws its own, an operator may record that; operators alone decide.
    """

    queryset = Invoice.objects.select_related("seller", "bill")
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilters
    ordering_fields = {
        name: name for name in ("submitted_at", "invoice_date", "amount", "modified_at")
    }
    open_to_sellers = frozenset({"create", "withdraw"})
    duties = dict.fromkeys(("create", "withdraw", "verify", "reject"), Duty.CHECK_INVOICES)

    @extend_schema(request=InvoiceInput, responses={HTTPStatus.CREATED: InvoiceSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Ask for what a bill pays, to the cent; several invoices may share it."""
        body = self.read_body(InvoiceInput)
        bill, more_follow = body.pop("bill"), body.pop("more_follow")
        invoice = invoices.submit_invoice(bill, body, more_follow=more_follow, actor=self.actor)
        return self.answer_row(invoice.number, HTTPStatus.CREATED)

    @extend_schema(
        request=VerificationInput, responses={HTTPStatus.OK: InvoiceSerializer, **OR_ASKED}
    )
    @action(detail=True, methods=["post"])
    def verify(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """It says what the bill says; with the last one the bill is to be paid.

        Never by who recorded it. What differs from the certified data needs a reason, another
        bank account a second operator.
        """
        body = self.read_body(VerificationInput)
        return answer(self, invoices.verify_invoice(number, **body, actor=self.actor), number)

    @extend_schema(request=ReasonInput, responses=InvoiceSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """Not as it has to be; the bill waits for another one."""
        body = self.read_body(ReasonInput)
        return self.answer_row(invoices.reject_invoice(number, **body, actor=self.actor).number)

    @extend_schema(request=NoInput, responses=InvoiceSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:  # noqa: ARG002
        """The seller takes it back; possible until it is decided."""
        self.read_body(NoInput)
        return self.answer_row(invoices.withdraw_invoice(number, actor=self.actor).number)
