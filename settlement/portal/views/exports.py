from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from koogallery.downloads import send_export
from koogallery.kit.errors import Conflict, InvalidInput
from sellers.portal.pages import SellerDetailPage
from settlement.models import Bill
from settlement.readings.bill_files import BeingMade, export_bill
from settlement.tasks import dispatch_document


class BillExport(SellerDetailPage):
    """`?format=csv`, `xlsx` or `pdf`."""

    queryset = Bill.objects.select_related("seller")

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> Any:
        """A page whose content is the file; one that asks again while a worker makes it."""
        bill, form = self.object, self.request.GET.get("format", "")
        try:
            export = export_bill(bill, form)
        except InvalidInput as refusal:
            raise Http404(refusal.detail) from None
        except Conflict as refusal:
            return self._pending({**context, "reason": refusal.detail}, HTTPStatus.CONFLICT)
        except BeingMade:
            dispatch_document(bill.number, form)
            return self._pending(context, HTTPStatus.ACCEPTED)
        return send_export(
            export,
            actor=self.request.user,
            kind="bill",
            number=bill.number,
            seller=bill.seller.number,
        )

    def _pending(self, context: dict[str, Any], status: HTTPStatus) -> HttpResponse:
        return render(self.request, "settlement/document_pending.html", context, status=status)
