from typing import Any

from django.conf import settings
from django.utils import timezone

from sellers.portal.pages import SellerDetailPage, SellerListingPage
from settlement.choices import ReceivableState
from settlement.listings.receivables import RECEIVABLES
from settlement.readings.recovery_paths import WITH_ALLOCATIONS, taken_since_opening


class ReceivableList(SellerListingPage):
    listing = RECEIVABLES
    template_name = "settlement/receivable_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(now=timezone.now(), **kwargs)


class ReceivableDetail(SellerDetailPage):
    """What the seller has to pay by other means: how much, until when, how (R5.3, R5.7)."""

    queryset = RECEIVABLES.rows.select_related("recovery__original_bill").prefetch_related(
        WITH_ALLOCATIONS
    )
    template_name = "settlement/receivable_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        receivable = self.object
        is_open = receivable.state == ReceivableState.OPEN
        return super().get_context_data(
            taken=taken_since_opening(receivable),
            is_open=is_open,
            is_overdue=is_open and receivable.due_at < timezone.now(),
            payment_account=settings.PAYMENT_ACCOUNT,
            **kwargs,
        )
