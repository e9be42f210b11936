from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from koogallery.downloads import send_export
from koogallery.kit.errors import InvalidInput
from sellers.portal.pages import SellerDetailPage, SellerListingPage
from settlement.choices import UNDONE_PAYOUTS
from settlement.listings.payouts import PAYOUTS
from settlement.portal.next_steps import PAYOUT_STEPS
from settlement.readings.payouts import balances_of, bank_lines_of, next_payout_of, paid_again_by
from settlement.readings.remittances import export_remittance


class PayoutList(SellerListingPage):
    """The money that was paid and is to be paid; the next one first."""

    listing = PAYOUTS
    template_name = "settlement/payout_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seller = self.reader.only_seller
        return super().get_context_data(
            next_payout=next_payout_of(seller) if seller else None, **kwargs
        )


class PayoutDetail(SellerDetailPage):
    """How much, when, where to and for which bills; and why, where it did not arrive (R8.2)."""

    queryset = PAYOUTS.rows
    template_name = "settlement/payout_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        payout = self.object
        items = list(payout.items.select_related("bill", "movement").order_by("pk"))
        return super().get_context_data(
            step=PAYOUT_STEPS[payout.state],
            items=items,
            has_tax=any(item.tax for item in items),
            balances=balances_of(payout),
            bank_lines=bank_lines_of(payout),
            is_undone=payout.state in UNDONE_PAYOUTS,
            paid_again_by=paid_again_by(payout) if payout.state in UNDONE_PAYOUTS else [],
            **kwargs,
        )


class Remittance(SellerDetailPage):
    """The remittance advice as a file: `?format=csv`, or PDF."""

    queryset = PAYOUTS.rows
    menu = "payout-list"

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        payout = self.get_object()
        try:
            export = export_remittance(payout, request.GET.get("format", "pdf"))
        except InvalidInput as refusal:
            raise Http404(refusal.detail) from None
        return send_export(
            export,
            actor=self.request.user,
            kind="payout",
            number=payout.number,
            seller=payout.seller.number,
        )
