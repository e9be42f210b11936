"""Delivery messages: the list, one with every attempt, and sending it again (R9.4)."""

from typing import Any

from django.urls import reverse

from sellers.listings.messages import MESSAGES
from sellers.models import DeliveryMessage
from sellers.portal.pages import ActPage, SellerDetailPage, SellerListingPage
from sellers.readings.deliveries import ReadAttempt, title_of, told_of
from sellers.services.delivery.resending import resend_message


class MessageList(SellerListingPage):
    """What the seller's servers were told, newest first."""

    listing = MESSAGES
    template_name = "sellers/message_list.html"

    def beside(self, row: DeliveryMessage) -> dict[str, Any]:
        told = told_of(row.result_code, row.result)
        return {"title": title_of(row), "told": told}


class MessageDetail(SellerDetailPage):
    """One message: what it says, where it stands, what came of every attempt."""

    queryset = MESSAGES.rows
    context_object_name = "message"
    template_name = "sellers/message_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        message = self.object
        return super().get_context_data(
            title=title_of(message),
            told=told_of(message.result_code, message.result),
            attempts=[ReadAttempt(each) for each in message.attempts.order_by("-attempt_no")],
            may_resend=not resend_message.refusal(message, self.request.user),
            **kwargs,
        )


class ResendMessage(ActPage):
    performs = resend_message

    def back_to(self) -> str:
        return reverse("console:message-detail", args=[self.object.number])
