"""Leaving KooGallery: what is still open, the request, and what came of it (R6.3)."""

from typing import Any

from django.urls import reverse

from koogallery.portal.history import Event, history_of
from sellers.models import Seller
from sellers.portal.pages import ActPage, SellerDetailPage
from sellers.services.companies.bank_accounts import account_in_use
from settlement.choices import ExitState
from settlement.models import DepositMovement, Payout
from settlement.portal.leaving import checklist
from settlement.readings.exits import returned_with_exit
from settlement.rules.exits import ENDED_BY_THE_SELLER
from settlement.services import exits
from settlement.services.deposits import balance_of


class ExitDetail(SellerDetailPage):
    """Addressed by the seller; it stays after the exit, and says what was returned."""

    menu = "company"
    queryset = Seller.objects.all()
    context_object_name = "seller"
    template_name = "settlement/exit_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seller: Seller = self.object
        asked = exits.REQUESTS.filter(seller=seller).first()
        context = super().get_context_data(
            asked=asked, is_owner=self.reader.may(exits.request_exit.by, seller.pk), **kwargs
        )
        if seller.left_at:
            returned = returned_with_exit(seller)
            return {
                **context,
                "returned": returned,
                "amount": abs(returned.change) if returned else None,
                "payouts": _paying(returned),
            }
        stands = asked is not None and asked.state == ExitState.REQUESTED
        mine = self.reader.sellers
        readable = None if mine is None else frozenset(each.number for each in mine)
        still_open = checklist(seller, readable)
        return {
            **context,
            "stands": stands,
            "still_open": still_open,
            "is_asked_first": [
                each for each in still_open if each.obstacle.code in ENDED_BY_THE_SELLER
            ],
            "deposit": balance_of(seller.pk),
            "account": account_in_use(seller),
            "may_withdraw": stands and self.reader.may_do(exits.withdraw_exit, asked),
        }

    def history(self) -> list[Event]:
        """Of its requests, the latest last."""
        requests = self.object.exit_requests.order_by("pk").values_list("number", flat=True)
        events = [
            event
            for number in requests
            for event in history_of("exit request", number, self.request.user)
        ]
        return sorted(events, key=lambda event: event.at)


def _paying(returned: DepositMovement | None) -> list[Payout]:
    """Every payout that was to pay the deposit, the latest last."""
    if returned is None:
        return []
    return list(Payout.objects.filter(items__movement=returned).order_by("pk"))


class _ExitAct(ActPage):
    menu = "company"
    template_name = "settlement/exit_act.html"

    @property
    def seller(self) -> Seller:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(seller=self.seller, **kwargs)

    def back_to(self) -> str:
        return reverse("console:exit-detail", args=[self.seller.number])


class RequestExit(_ExitAct):
    performs = exits.request_exit

    @property
    def seller(self) -> Seller:
        seller: Seller = self.object
        return seller


class WithdrawExit(_ExitAct):
    performs = exits.withdraw_exit

    @property
    def seller(self) -> Seller:
        seller: Seller = self.object.seller
        return seller
