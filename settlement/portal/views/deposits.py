from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from koogallery.portal.history import Event, history_of
from koogallery.portal.keyset import sorted_page
from koogallery.portal.views import Exported
from sellers.models import Seller
from sellers.portal.pages import SellerDetailPage, SellerKeysetListPage
from settlement.choices import RecoveryState
from settlement.models import Deposit, Recovery
from settlement.portal.forms import MovementFilters, SellerFilters
from settlement.portal.tables import DEPOSITS, MOVEMENTS
from settlement.services.deposits import top_up_of

MOVEMENTS_PER_PAGE = 25
_BALANCE = Deposit.objects.filter(seller=OuterRef("pk")).values("balance")


class DepositList(SellerKeysetListPage):
    """The deposits of several sellers; whoever has one seller sees its deposit at once."""

    queryset = Seller.objects.annotate(balance=Subquery(_BALANCE))
    template_name = "settlement/deposit_list.html"
    title = _("Deposits")
    columns = DEPOSITS
    first_ordering = "number"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        seller = self.reader.only_seller
        if seller:
            return redirect("console:deposit-detail", seller.number)
        return super().get(request, *args, **kwargs)

    def build_form(self, rows: QuerySet[Seller]) -> SellerFilters:
        return SellerFilters(self.request.GET, rows=rows)


class DepositDetail(Exported, SellerDetailPage):
    """What the deposit holds, what it should hold, and every movement with its balance (R6)."""

    queryset = Seller.objects.all()
    context_object_name = "seller"
    template_name = "settlement/deposit_detail.html"
    export_list = "deposit-movements"

    @property
    def export_query(self) -> str:
        return f"{super().export_query}&{urlencode({'seller': self.kwargs['number']})}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seller: Seller = self.object
        top_up = top_up_of(seller)
        rows = seller.deposit_movements.select_related("allocation__recovery__refund")
        form = MovementFilters(self.request.GET, rows=rows)
        return super().get_context_data(
            balance=top_up.balance,
            top_up=top_up,
            form=form,
            columns=MOVEMENTS,
            ordering="-id",
            page=sorted_page(
                form.narrow(), self.request.GET, ordering="-id", size=MOVEMENTS_PER_PAGE
            ),
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
