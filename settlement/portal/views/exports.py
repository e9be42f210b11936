from http import HTTPStatus
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from koogallery.downloads import Export, send_export
from koogallery.kit.errors import Conflict, InvalidInput
from sellers.portal.pages import SellerDetailPage
from settlement.listings.refunds import RECEIVABLES
from settlement.models import Bill, Receivable
from settlement.readings.bill_files import BeingMade, export_bill, export_certificate
from settlement.readings.receivable_papers import export_receivable
from settlement.readings.recovery_paths import WITH_ALLOCATIONS
from settlement.tasks import dispatch_document


class BillExport(SellerDetailPage):
    """`?format=csv`, `xlsx` or `pdf`."""

    queryset = Bill.objects.select_related("seller")

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> Any:
        """A page whose content is the file; one that asks again while a worker makes it."""
        bill = self.object
        try:
            export = self.exported(bill)
        except InvalidInput as refusal:
            raise Http404(refusal.detail) from None
        except Conflict as refusal:
            return self._pending({**context, "reason": refusal.detail}, HTTPStatus.CONFLICT)
        except BeingMade:
            dispatch_document(bill.number, self.request.GET["format"])
            return self._pending(context, HTTPStatus.ACCEPTED)
        return send_export(
            export,
            actor=self.request.user,
            kind="bill",
            number=bill.number,
            seller=bill.seller.number,
        )

    def exported(self, bill: Bill) -> Export:
        return export_bill(bill, self.request.GET.get("format", ""))

    def _pending(self, context: dict[str, Any], status: HTTPStatus) -> HttpResponse:
        return render(self.request, "settlement/document_pending.html", context, status=status)


class BillCertificate(BillExport):
    """The certificate of the tax withheld from the bill, as PDF."""

    def exported(self, bill: Bill) -> Export:
        return export_certificate(bill)


class PaperPage(SellerDetailPage):
    """What is told of a row as PDF; who took it is on record."""

    kind: ClassVar[str]

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # noqa: ARG002
        row = self.get_object()
        return send_export(
            self.paper_of(row),
            actor=self.request.user,
            kind=self.kind,
            number=row.number,
            seller=row.seller.number,
        )

    def paper_of(self, row: Any) -> Export:
        raise NotImplementedError


class ReceivablePaper(PaperPage):
    kind = "receivable"
    queryset = RECEIVABLES.rows.select_related(
        "seller", "recovery__original_bill__seller", "recovery__refund__order"
    ).prefetch_related(WITH_ALLOCATIONS)

    def paper_of(self, row: Receivable) -> Export:
        return export_receivable(row)
