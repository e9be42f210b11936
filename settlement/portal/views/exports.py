from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from koogallery.downloads import Export, send_export
from koogallery.kit.errors import Conflict, InvalidInput
from sellers.portal.pages import SellerDetailPage
from settlement.models import Bill
from settlement.readings.bill_files import BeingMade, export_bill, export_certificate
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
