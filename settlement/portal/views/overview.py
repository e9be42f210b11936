from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property

from koogallery.acts import Who
from sellers.models import Seller
from sellers.portal.pages import SellerTemplatePage
from settlement import tasks
from settlement.models import Bill, BillProduct, Recovery
from settlement.portal import overview
from settlement.portal.changes import compared
from settlement.portal.first_steps import first_steps
from settlement.portal.recoveries import planned_recoveries
from settlement.portal.waiting import waiting_money
from settlement.readings.payouts import next_payout_of
from settlement.services.previews.kept import kept_outlook

SOLD = BillProduct.objects.select_related("product")


class Overview(SellerTemplatePage):
    """Of one seller: whoever has several chooses; operators have their own overview."""

    template_name = "settlement/overview.html"

    @cached_property
    def seller(self) -> Seller | None:
        asked = self.request.GET.get("seller", "")
        mine = self.reader.sellers
        if mine is None:
            return Seller.objects.filter(number=asked).first()
        return next((each for each in mine if each.number == asked), mine[0] if mine else None)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.seller is None:
            return redirect("console:bill-list")
        return super().get(request, *args, **kwargs)

    def may_act(self, who: Who) -> bool:
        """Operators see what needs a seller, whoever of it."""
        return self.reader.sellers is None or (
            self.seller is not None and self.reader.may(who, self.seller.pk)
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seller, now = self.seller, timezone.now()
        assert seller is not None, "asked before"
        bills = list(Bill.objects.filter(seller=seller).order_by("-cycle")[: overview.MONTHS])
        prefetch_related_objects(bills[:2], Prefetch("products", SOLD))
        waiting = waiting_money(seller, now)
        kept, asked = kept_outlook(seller), "forecast" in self.request.GET
        return super().get_context_data(
            seller=seller,
            currency=seller.settlement_currency,
            tasks=overview.tasks_of(seller, now, waiting, self.may_act),
            first=None if bills or seller.left_at else first_steps(seller, self.may_act),
            coming=overview.coming_bills(seller, kept.shown),
            kept=kept,
            is_awaited=tasks.await_forecast(kept, seller.number, insisted=asked),
            waiting=waiting,
            next_payout=next_payout_of(seller),
            planned=planned_recoveries(Recovery.objects.filter(seller=seller)),
            months=overview.by_month(bills),
            latest=bills[0] if bills else None,
            compared=compared(*bills[:2]) if bills else None,
            products=overview.by_product(bills[0]) if bills else [],
            **kwargs,
        )
