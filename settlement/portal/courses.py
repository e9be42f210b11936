"""A bill's way from its issue to the bank, as a line of time (R3.3, R8.2)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from koogallery.models import Act
from settlement.choices import UNDONE_PAYOUTS, BillState, InvoiceState, PayoutState
from settlement.models import Bill, Payout
from settlement.readings.payouts import payouts_of
from settlement.rules.bank_reasons import told

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
