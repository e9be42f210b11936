from typing import Any

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.http.request import HttpRequest

from koogallery.kit.errors import InvalidInput
from sellers.portal.pages import SellerDetailPage
from settlement.models import Bill
from settlement.services.exports import export_bill


class BillExport(SellerDetailPage):
    """`?format=csv`, `xlsx` or `pdf`."""

    queryset = Bill.objects.select_related("seller")

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        try:
            export = export_bill(self.get_object(), request.GET.get("format", ""))
        except InvalidInput as refusal:
            raise Http404(refusal.detail) from None
        answer = StreamingHttpResponse(export.pieces, content_type=export.media_type)
        answer["Content-Disposition"] = f'attachment; filename="{export.filename}"'
        return answer
