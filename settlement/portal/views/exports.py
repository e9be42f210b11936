from typing import Any

from django.http import Http404

from koogallery.downloads import send_export
from koogallery.kit.errors import InvalidInput
from sellers.portal.pages import SellerDetailPage
from settlement.models import Bill
from settlement.services.exports import export_bill


class BillExport(SellerDetailPage):
    """`?format=csv`, `xlsx` or `pdf`."""

    queryset = Bill.objects.select_related("seller")

    def render_to_response(self, context: dict[str, Any], **_kwargs: Any) -> Any:  # noqa: ARG002
        """A page whose content is the file."""
        bill = self.object
        try:
            export = export_bill(bill, self.request.GET.get("format", ""))
        except InvalidInput as refusal:
            raise Http404(refusal.detail) from None
        return send_export(
            export,
            actor=self.request.user,
            kind="bill",
            number=bill.number,
            seller=bill.seller.number,
        )
