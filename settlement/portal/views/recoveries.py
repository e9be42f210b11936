from typing import Any

from django.conf import settings

from koogallery.kit.money import ZERO
from sellers.portal.pages import SellerDetailPage, SellerListingPage
from settlement.choices import RecoveryState
from settlement.listings.recoveries import RECOVERIES
from settlement.models import Recovery
from settlement.portal.timelines import deposit_course, timeline
from settlement.readings.recovery_paths import taken_since_opening

WITH_NAMES = Recovery.objects.select_related("seller", "refund__order", "original_bill")


class RecoveryList(SellerListingPage):
    listing = RECOVERIES
    template_name = "settlement/recovery_list.html"


class RecoveryDetail(SellerDetailPage):
    """One refund's way back from the seller: taken, planned, open (R5.6)."""

    queryset = WITH_NAMES.select_related("refund__order__product", "receivable")
    template_name = "settlement/recovery_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recovery = self.object
        taken = recovery.amount - recovery.outstanding
        receivable = getattr(recovery, "receivable", None)
        return super().get_context_data(
            recovery=recovery,
            uncovered_on=recovery.uncovered_on,
            taken=taken,
            is_open=recovery.state == RecoveryState.OPEN,
            is_partly_taken=taken > ZERO and recovery.outstanding > ZERO,
            steps=timeline(recovery),
            course=deposit_course(recovery),
            receivable=receivable,
            paid=taken_since_opening(receivable) if receivable else (),
            payment_account=settings.PAYMENT_ACCOUNT,
            **kwargs,
        )
