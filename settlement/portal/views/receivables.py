from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sellers.portal.pages import SellerDetailPage, SellerKeysetListPage
from settlement.choices import ReceivableState
from settlement.models import Receivable
from settlement.portal.forms import ReceivableFilters
from settlement.portal.tables import RECEIVABLES
from settlement.readings.recovery_paths import WITH_ALLOCATIONS, taken_since_opening

WITH_NAMES = Receivable.objects.select_related("seller", "recovery__refund__order")


class ReceivableList(SellerKeysetListPage):
    queryset = WITH_NAMES
    export_list = "receivables"
    template_name = "settlement/receivable_list.html"
    title = _("Receivables")
    columns = RECEIVABLES
    first_ordering = "due_at"

    def build_form(self, rows: QuerySet[Receivable]) -> ReceivableFilters:
        return ReceivableFilters(self.request.GET, rows=rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(now=timezone.now(), **kwargs)


class ReceivableDetail(SellerDetailPage):
    """What the seller has to pay by other means: how much, until when, how (R5.3, R5.7)."""

    queryset = WITH_NAMES.select_related("recovery__original_bill").prefetch_related(
        WITH_ALLOCATIONS
    )
    template_name = "settlement/receivable_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        receivable: Receivable = self.object
        is_open = receivable.state == ReceivableState.OPEN
        return super().get_context_data(
            taken=taken_since_opening(receivable),
            is_open=is_open,
            is_overdue=is_open and receivable.due_at < timezone.now(),
            payment_account=settings.PAYMENT_ACCOUNT,
            **kwargs,
        )
