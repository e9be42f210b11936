from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from koogallery.portal.formats import cycle_bounds
from sellers.portal.pages import SellerDetailPage, SellerListPage
from settlement.choices import AdjustmentKind
from settlement.models import Bill, BillLine, Recovery
from settlement.portal import recoveries
from settlement.portal.coming import next_issue
from settlement.portal.forms import BillFilters
from settlement.portal.invoicing import awaited_invoices
from settlement.portal.lines import lines_of
from settlement.portal.next_steps import next_step
from settlement.portal.tables import BILLS
from settlement.portal.waterfall import bill_figures, bill_sum
from settlement.readings.negative_balances import negative_balance_of


class BillList(SellerListPage):
    queryset = Bill.objects.select_related("seller")
    export_list = "bills"
    template_name = "settlement/bill_list.html"
    columns = BILLS
    first_ordering = "-cycle"

    @property
    def several_sellers(self) -> bool:
        return self.reader.several_sellers

    @property
    def open_cycle(self) -> str | None:
        seller = self.reader.only_seller
        return seller.open_cycle if seller else None

    def build_form(self, rows: QuerySet[Bill]) -> BillFilters:
        return BillFilters(self.request.GET, rows=rows, several_sellers=self.several_sellers)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            planned=self.planned(),
            next_issue=next_issue(timezone.now(), self.open_cycle),
            **kwargs,
        )

    def planned(self) -> list[recoveries.PlannedRecovery]:
        if self.reader.sellers is None:
            return []
        return recoveries.planned_recoveries(Recovery.objects.visible_to(self.request.user))


class BillDetail(SellerDetailPage):
    queryset = Bill.objects.select_related("seller")
    template_name = "settlement/bill_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bill = self.object
        return super().get_context_data(
            step=next_step(bill),
            figures=bill_figures(bill),
            sum=bill_sum(bill),
            bounds=cycle_bounds(bill.cycle),
            invoices=list(bill.invoices.order_by("pk")),
            awaited=awaited_invoices(Bill.objects.filter(pk=bill.pk), timezone.now()),
            carried_to=carried_to(bill),
            negative=negative_balance_of(bill),
            disputes=list(bill.disputes.select_related("adjustment")),
            may_dispute=self.reader.may("bill-dispute", bill.seller_id),
            allocations=recoveries.taken_from(bill),
            planned=recoveries.planned_recoveries(
                bill.seller.recoveries.filter(recoveries.touching(bill))
            ),
            **lines_of(bill, self.request.GET),
            **kwargs,
        )


def carried_to(bill: Bill) -> Bill | None:
    """The later bill that a negative one is carried to, once that is issued (R3.5)."""
    lines = BillLine.objects.filter(
        adjustment__bill=bill, adjustment__kind=AdjustmentKind.CARRY_OVER
    )
    line = lines.select_related("bill").first() if bill.settlement_amount < 0 else None
    return line.bill if line else None
