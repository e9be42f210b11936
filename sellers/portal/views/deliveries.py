"""Delivery messages: the list, one with every attempt, and sending it again (R9.4)."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from sellers.models import DeliveryMessage
from sellers.portal.deliveries import TONES, ReadAttempt, title_of, told_of
from sellers.portal.forms import MessageFilters
from sellers.portal.pages import ActPage, SellerDetailPage, SellerKeysetListPage
from sellers.portal.tables import MESSAGES
from sellers.services.delivery.resending import resend_message

WITH_NAMES = DeliveryMessage.objects.select_related(
    "seller", "interface__product", "order", "instance"
)


class MessageList(SellerKeysetListPage):
    """What the seller's servers were told, newest first."""

    queryset = WITH_NAMES
    export_list = "delivery-messages"
    template_name = "sellers/message_list.html"
    title = gettext_lazy("Delivery Messages")
    columns = MESSAGES
    first_ordering = "-queued_at"

    def build_form(self, rows: QuerySet[DeliveryMessage]) -> MessageFilters:
        return MessageFilters(self.request.GET, rows=rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["messages_shown"] = [
            (row, title_of(row), TONES[row.state], told_of(row.result_code, row.result))
            for row in context["page"].rows
        ]
        return context


class MessageDetail(SellerDetailPage):
    """One message: what it says, where it stands, what came of every attempt."""

    queryset = WITH_NAMES
    context_object_name = "message"
    template_name = "sellers/message_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        message = self.object
        return super().get_context_data(
            title=title_of(message),
            tone=TONES[message.state],
            told=told_of(message.result_code, message.result),
            attempts=[ReadAttempt(each) for each in message.attempts.order_by("-attempt_no")],
            may_resend=not resend_message.refusal(message, self.request.user),
            **kwargs,
        )


class ResendMessage(ActPage):
    performs = resend_message

    def back_to(self) -> str:
        return reverse("console:message-detail", args=[self.object.number])
