from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sellers.choices import Supervision
from sellers.models import Order
from sellers.portal.forms import SupervisionFilters
from sellers.portal.pages import ActPage, SellerKeysetListPage
from sellers.portal.tables import SUPERVISIONS
from sellers.services.orders.supervision import provide_service


class SupervisionList(SellerKeysetListPage):
    """Orders whose supervision is open: until it completes they are on no bill (R1.3)."""

    queryset = Order.objects.with_names()
    export_list = "supervisions"
    template_name = "sellers/supervision_list.html"
    title = _("Service Supervision")
    columns = SUPERVISIONS
    first_ordering = "placed_at"

    def build_form(self, rows: QuerySet[Order]) -> SupervisionFilters:
        return SupervisionFilters(self.request.GET, rows=rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        rows = context["page"].rows
        context["orders"] = [
            (order, (now - order.placed_at).days, self.may_provide(order)) for order in rows
        ]
        return context

    def may_provide(self, order: Order) -> bool:
        waits = order.supervision_status == Supervision.WAITING_FOR_SERVICE
        return waits and self.reader.may(provide_service.by, order.seller_id)


class ProvideService(ActPage):
    performs = provide_service
    template_name = "sellers/supervision_provide.html"

    def back_to(self) -> str:
        return reverse("console:supervision-list")
