from typing import Any

from django.urls import reverse

from koogallery.attachments import attachments_of
from sellers.portal.pages import ActPage, SellerDetailPage, SellerListingPage
from settlement import tasks
from settlement.choices import UNDECIDED_REFUNDS, RefundState
from settlement.listings.refunds import REFUNDS
from settlement.models import Refund
from settlement.portal.next_steps import REFUND_STEPS
from settlement.services.previews.kept import kept_simulation
from settlement.services.refunds import lifecycle
from settlement.services.refunds.standards import standing_of

#: Until the money has gone back, what it would cost is shown beforehand.
UNPAID = (*UNDECIDED_REFUNDS, RefundState.APPROVED)


class RefundList(SellerListingPage):
    listing = REFUNDS
    template_name = "settlement/refund_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        awaiting = Refund.objects.visible_to(self.request.user)
        return super().get_context_data(
            awaiting=awaiting.filter(state=RefundState.SELLER_REVIEW).count(),
            **kwargs,
        )


class RefundDetail(SellerDetailPage):
    """A refund with the standards it is held against and what it would cost whom (R4.3)."""

    queryset = REFUNDS.rows
    template_name = "settlement/refund_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refund: Refund = self.object
        awaits_seller = refund.state == RefundState.SELLER_REVIEW
        return super().get_context_data(
            step=REFUND_STEPS[refund.state],
            standing=standing_of(refund),
            awaits_seller=awaits_seller,
            may_answer=self.reader.may_do(lifecycle.agree_refund, refund),
            attachments=attachments_of("refund", refund.number),
            **self.effect(refund),
            **kwargs,
        )

    def effect(self, refund: Refund) -> dict[str, Any]:
        """What is kept of it; where a month holds very much, it is computed when asked for."""
        if refund.state not in UNPAID:
            return {}
        kept, asked = kept_simulation(refund), "effect" in self.request.GET
        awaited = tasks.await_forecast(kept, refund.seller.number, refund.number, insisted=asked)
        return {"kept": kept, "is_awaited": awaited}


class AnswerRefund(ActPage):
    """The seller's review, asked before it is given."""

    template_name = "settlement/refund_answer.html"

    def back_to(self) -> str:
        return reverse("console:refund-detail", args=[self.object.number])


class AgreeToRefund(AnswerRefund):
    performs = lifecycle.agree_refund


class RejectRefund(AnswerRefund):
    performs = lifecycle.reject_refund
