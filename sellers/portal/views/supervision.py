from typing import Any

from django.urls import reverse
from django.utils import timezone

from sellers.choices import Supervision
from sellers.listings.supervisions import SUPERVISIONS
from sellers.models import Order
from sellers.portal.pages import ActPage, SellerListingPage
from sellers.services.orders.supervision import provide_service


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
