"""Delivery messages: the list, one with every attempt, and sending it again (R9.4)."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from sellers.choices import BillingMode, Supervision
from sellers.listings.messages import MESSAGES
from sellers.listings.products import PRODUCTS
from sellers.listings.supervisions import SUPERVISIONS
from sellers.models import (
    DeliveryInterface,
    DeliveryMessage,
    FeeRatio,
    Order,
    Product,
    ProductApplication,
)
from sellers.portal.pages import ActPage, SellerDetailPage, SellerListingPage
from sellers.readings.deliveries import ReadAttempt, title_of, told_of
from sellers.services.delivery.resending import resend_message
from sellers.services.orders.supervision import provide_service
from sellers.services.products.catalogue import may_list_again
from sellers.services.products.release_applications import OPEN, WRITERS

#: Applications above the list of products; the others are one page away.
MOST_UNFINISHED = 10


class ProductList(SellerListingPage):
    listing = PRODUCTS
    template_name = "sellers/product_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = ProductApplication.objects.all().visible_to(self.request.user)
        unfinished = mine.filter(state__in=[*OPEN, "rejected"], revised_by=None)
        return super().get_context_data(
            waiting=unfinished[:MOST_UNFINISHED],
            may_apply=self.reader.may(WRITERS),
            **kwargs,
        )


class ProductDetail(SellerDetailPage):
    """A product with every version of its fee ratio (R2.6)."""

    queryset = Product.objects.select_related("seller", "delisted_by")
    template_name = "sellers/product_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        interface = DeliveryInterface.objects.filter(product=self.object).first()
        return super().get_context_data(
            versions=self.object.fee_ratios.order_by("-version"),
            current=FeeRatio.objects.all().at(self.object.pk, now),
            now=now,
            interface=interface,
            modes=[str(BillingMode(mode).label) for mode in self.object.billing_modes],
            may_change=self.reader.may(WRITERS, self.object.seller_id),
            may_list_again=may_list_again(self.object),
            changes=self.object.applications.filter(state__in=OPEN, kind="change"),
            **kwargs,
        )


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


class SupervisionList(SellerListingPage):
    """Orders whose supervision is open: until it completes they are on no bill (R1.3)."""

    listing = SUPERVISIONS
    template_name = "sellers/supervision_list.html"

    def beside(self, row: Order) -> dict[str, Any]:
        age = timezone.now() - row.placed_at
        return {"age": age.days, "may_provide": self.may_provide(row)}

    def may_provide(self, order: Order) -> bool:
        waits = order.supervision_status == Supervision.WAITING_FOR_SERVICE
        return waits and self.reader.may(provide_service.by, order.seller_id)


class ProvideService(ActPage):
    performs = provide_service
    template_name = "sellers/supervision_provide.html"

    def back_to(self) -> str:
        return reverse("console:supervision-list")
