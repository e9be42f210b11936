"""Delivery messages: the list, one with every attempt, and sending it again (R9.4)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.duties import Duty
from koogallery.kit.errors import DomainError
from sellers.models import DeliveryMessage
from sellers.portal.deliveries import TONES, ReadAttempt, title_of, told_of
from sellers.portal.forms import MessageFilters
from sellers.portal.pages import SellerActionPage, SellerDetailPage, SellerKeysetListPage
from sellers.portal.tables import MESSAGES
from sellers.services.authority import DELIVERERS
from sellers.services.delivery.resending import require_resendable, resend_message

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
            may_resend=self._may_resend(),
            **kwargs,
        )

    def _may_resend(self) -> bool:
        try:
            require_resendable(self.object, self.request.user)
        except DomainError:
            return False
        return True


class ResendMessage(SellerActionPage):
    who = DELIVERERS | Duty.MANAGE_DELIVERY
    queryset = WITH_NAMES
    consequence = gettext_lazy(
        "Your server is told the same once more within some seconds, and again until it answers. "
        "It must answer for an instance that exists as it did before."
    )
    verb = gettext_lazy("Send again")
    done = gettext_lazy("The message will be sent again within some seconds.")

    @property
    def question(self) -> str:
        return _("Send message %(number)s again?") % {"number": self.object.number}

    def act(self, form: forms.Form) -> None:  # noqa: ARG002
        resend_message(self.object.number, actor=self.request.user)

    def back_to(self) -> str:
        return reverse("console:message-detail", args=[self.object.number])
