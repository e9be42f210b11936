from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django_filters import FilterSet

from koogallery.dates import cycle_bounds
from koogallery.portal.views import Listed
from sellers.portal.pages import SellerDetailPage, SellerListingPage
from settlement.choices import AdjustmentKind
from settlement.listings.bills import BILLS, LINES
from settlement.models import Bill, BillLine, Recovery
from settlement.portal import recoveries
from settlement.portal.changes import compared
from settlement.portal.coming import next_issue
from settlement.portal.courses import course_of
from settlement.portal.invoicing import awaited_invoices
from settlement.portal.next_steps import next_step
from settlement.portal.waterfall import bill_figures, bill_sum
from settlement.readings.explanations import explanation_of
from settlement.readings.negative_balances import negative_balance_of
from settlement.services.bills.disputes import open_dispute


class BillList(SellerListingPage):
    listing = BILLS
    template_name = "settlement/bill_list.html"

    @cached_property
    def narrowed(self) -> FilterSet:
        """Who has one seller is not asked which."""
        narrowed = super().narrowed
        if not self.reader.several_sellers:
            del narrowed.form.fields["find"]
        return narrowed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seller = self.reader.only_seller
        return super().get_context_data(
            planned=self.planned(),
            next_issue=next_issue(timezone.now(), seller.open_cycle if seller else None),
            **kwargs,
        )

    def planned(self) -> list[recoveries.PlannedRecovery]:
        if self.reader.sellers is None:
            return []
        return recoveries.planned_recoveries(Recovery.objects.visible_to(self.request.user))


class BillDetail(Listed, SellerDetailPage):
    """A bill, and its lines a page at a time: as quick at line 100,000 as at line 1."""

    queryset = Bill.objects.select_related("seller", "seal")
    listing = LINES
    template_name = "settlement/bill_detail.html"

    @property
    def export_scope(self) -> dict[str, str]:
        return {"bill": self.object.number}

    def visible_rows(self) -> QuerySet[BillLine]:
        bill = self.object
        return self.listing.rows.filter(bill=bill, partition=bill.partition)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bill = self.object
        for line in self.page.rows:
            line.bill = bill
        return super().get_context_data(
            step=next_step(bill),
            seal=getattr(bill, "seal", None),
            course=course_of(bill),
            figures=bill_figures(bill),
            sum=bill_sum(bill),
            compared=compared(bill),
            bounds=cycle_bounds(bill.cycle),
            invoices=list(bill.invoices.order_by("pk")),
            awaited=awaited_invoices(Bill.objects.filter(pk=bill.pk), timezone.now()),
            carried_to=carried_to(bill),
            negative=negative_balance_of(bill),
            disputes=list(bill.disputes.select_related("adjustment")),
            may_dispute=self.reader.may(open_dispute.by, bill.seller_id),
            allocations=recoveries.taken_from(bill),
            planned=recoveries.planned_recoveries(
                bill.seller.recoveries.filter(recoveries.touching(bill))
            ),
            lines=[(line, explanation_of(line)) for line in self.page.rows],
            **kwargs,
        )


def carried_to(bill: Bill) -> Bill | None:
    """The later bill that a negative one is carried to, once that is issued (R3.5)."""
    lines = BillLine.objects.filter(
        adjustment__bill=bill, adjustment__kind=AdjustmentKind.CARRY_OVER
    )
    line = lines.select_related("bill").first() if bill.settlement_amount < 0 else None
    return line.bill if line else None
