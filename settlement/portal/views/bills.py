"""A bill's way from its issue to the bank, as a line of time (R3.3, R8.2)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django_filters import FilterSet

from koogallery.dates import cycle_bounds
from koogallery.models import Act
from koogallery.portal.views import Listed
from sellers.models import Seller
from sellers.portal.pages import SellerDetailPage, SellerListingPage
from settlement.choices import UNDONE_PAYOUTS, AdjustmentKind, BillState, InvoiceState, PayoutState
from settlement.listings.bills import BILLS, LINES
from settlement.models import Bill, BillLine, Payout, Recovery
from settlement.portal import recoveries
from settlement.portal.changes import compared
from settlement.portal.coming import next_issue
from settlement.portal.invoicing import awaited_invoices
from settlement.portal.next_steps import next_step
from settlement.portal.waterfall import bill_figures, bill_sum
from settlement.readings.line_explanation import explanation_of
from settlement.readings.negative_balances import negative_balance_of
from settlement.readings.payouts import payouts_of
from settlement.rules.bank_reasons import told
from settlement.services.bills.disputes import open_dispute

_DONE, _NEXT, _FAILED = "taken", "planned", "open"


@dataclass(frozen=True, slots=True)
class Station:
    """`on` is when it happened, or is expected; None where nobody can say yet."""

    title: str
    on: datetime | date | None
    progress: str
    note: str = ""
    address: str = ""
    link: str = ""

    @property
    def is_expected(self) -> bool:
        return self.progress == _NEXT


def course_of(bill: Bill) -> list[Station]:
    """What happened and what is still to come; a bill that pays nothing ends with its approval."""
    stations = [Station(_("Issued"), bill.issued_at, _DONE), _approved(bill)]
    if bill.state == BillState.CLOSED_WITHOUT_PAYMENT:
        return [*stations, Station(_("Nothing to pay: closed"), None, _DONE)]
    return [*stations, _invoiced(bill), *_paid(bill)]


def _approved(bill: Bill) -> Station:
    acts = Act.objects.filter(object_kind="bill", object_number=bill.number, verb="approved")
    at = acts.order_by("-pk").values_list("at", flat=True).first()
    if at is None or bill.state in (BillState.PENDING_APPROVAL, BillState.APPROVAL_REJECTED):
        return Station(_("Approved by Huawei"), None, _NEXT)
    return Station(_("Approved by Huawei"), at, _DONE)


def _invoiced(bill: Bill) -> Station:
    verified = bill.invoices.filter(state=InvoiceState.VERIFIED).order_by("-decided_at").first()
    page = reverse("console:invoicing-list", args=[bill.number])
    waiting = (BillState.PENDING_INVOICE, BillState.INVOICE_UNDER_REVIEW)
    if verified is None or bill.state in waiting:
        submitted = bill.state == BillState.INVOICE_UNDER_REVIEW
        note = _("submitted; Huawei compares it with the bill") if submitted else ""
        link = _("Invoicing list") if waiting[0] == bill.state else ""
        return Station(_("Invoice verified"), None, _NEXT, note, page if link else "", link)
    return Station(_("Invoice verified"), verified.decided_at, _DONE)


def _paid(bill: Bill) -> list[Station]:
    payouts = payouts_of(bill)
    if not payouts:
        return [Station(_("Paid to your bank account"), None, _NEXT)]
    return [station for payout in payouts for station in _of(payout)]


def _of(payout: Payout) -> list[Station]:
    page = reverse("console:payout-detail", args=[payout.number])
    stations = []
    if payout.sent_at:
        stations.append(Station(_("Sent to the bank"), payout.sent_at, _DONE))
    if payout.paid_at:
        title = _("Paid to your bank account")
        stations.append(
            Station(title, payout.paid_at, _DONE, payout.bank_reference, page, payout.number)
        )
    if payout.state in UNDONE_PAYOUTS:
        returned = payout.state == PayoutState.RETURNED
        title = _("Returned by the bank") if returned else _("Payment failed")
        note = told(payout.failure_code, payout.failure_detail)
        stations.append(Station(title, payout.failed_at, _FAILED, note, page, payout.number))
    elif payout.paid_at is None:
        title = _("Paid to your bank account")
        stations.append(Station(title, payout.expected_on, _NEXT, "", page, payout.number))
    return stations


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
        return super().get_context_data(
            planned=self.planned(),
            next_issue=next_issue(timezone.now(), self.open_cycle()),
            **kwargs,
        )

    def open_cycle(self) -> str | None:
        """Of several sellers the furthest: the bills of the cycle before stand in the list."""
        if self.reader.sellers is None:
            furthest: str | None = Seller.objects.aggregate(last=Max("open_cycle"))["last"]
            return furthest
        return max(
            (each.open_cycle for each in self.reader.sellers if each.open_cycle), default=None
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
