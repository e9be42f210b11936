from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from koogallery.portal.history import Event, history_of
from koogallery.portal.views import Listed
from sellers.models import Seller
from sellers.portal.pages import SellerDetailPage, SellerListingPage
from settlement.choices import RecoveryState
from settlement.listings.deposits import DEPOSITS, MOVEMENTS
from settlement.models import DepositMovement, Recovery
from settlement.services.deposits import top_up_of


class DepositList(SellerListingPage):
    """The deposits of several sellers; whoever has one seller sees its deposit at once."""

    listing = DEPOSITS
    template_name = "settlement/deposit_list.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seller = self.reader.only_seller
        if seller:
            return redirect("console:deposit-detail", seller.number)
        return super().get(request, *args, **kwargs)


class DepositDetail(Listed, SellerDetailPage):
    """What the deposit holds, what it should hold, and every movement with its balance (R6)."""

    queryset = Seller.objects.all()
    context_object_name = "seller"
    template_name = "settlement/deposit_detail.html"
    listing = MOVEMENTS

    @property
    def export_scope(self) -> dict[str, str]:
        return {"seller": self.object.number}

    def visible_rows(self) -> QuerySet[DepositMovement]:
        return self.listing.rows.filter(seller=self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seller: Seller = self.object
        top_up = top_up_of(seller)
        return super().get_context_data(
            balance=top_up.balance,
            top_up=top_up,
            waiting=self.waiting(seller),
            payment_account=settings.PAYMENT_ACCOUNT,
            **kwargs,
        )

    def history(self) -> list[Event]:
        """Of the deposit, not of its seller."""
        return history_of("deposit", self.kwargs["number"], self.request.user)

    def waiting(self, seller: Seller) -> list[Recovery]:
        """Recoveries that may still draw on it, oldest refund first (R5.3)."""
        rows = seller.recoveries.filter(~Q(state=RecoveryState.RECOVERED))
        return list(rows.select_related("refund").order_by("refunded_at", "number"))
