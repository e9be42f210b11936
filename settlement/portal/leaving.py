"""What a seller who leaves is still told: what is open, whose turn it is, what ends it (R6.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.choices import BillState, ReceivableState
from settlement.models import InvoicingList
from settlement.portal.coming import next_issue
from settlement.portal.next_steps import NextStep
from settlement.readings.exits import exit_obstacles
from settlement.readings.payouts import UNDER_WAY
from settlement.rules.exits import Obstacle

_YOU, _HUAWEI = _("You, the seller"), _("Huawei operations")
_NEXT_BILL = NextStep(_HUAWEI, _("It comes onto your next bill by itself."))

ENDED_BY: Mapping[str, NextStep] = MappingProxyType(
    {
        "product_listed": NextStep(
            _YOU, _("Take each off the catalogue, on its page."), seller_acts=True
        ),
        "order_in_fulfilment": NextStep(
            _("You, the seller, and your customer"),
            _("Provide the service; the customer accepts it."),
            seller_acts=True,
        ),
        "order_running": NextStep(
            _("Your customer"),
            _("It ends when the customer ends it; more usage may come until then."),
        ),
        "order_unbilled": NextStep(
            _HUAWEI, _("It comes onto your next bill once it is paid and enabled.")
        ),
        "usage_unbilled": NextStep(
            _HUAWEI, _("It comes onto your next bill once its order is paid and enabled.")
        ),
        "refund_under_way": NextStep(
            _HUAWEI,
            _("Huawei decides and pays the customer; where it waits for your review, answer it."),
        ),
        "recovery_open": NextStep(
            _HUAWEI,
            _("It is taken from your next bills, then from your deposit; the rest you pay."),
        ),
        "receivable_open": NextStep(
            _YOU, _("Pay it to the account its page names."), seller_acts=True
        ),
        "invoice_due": NextStep(_YOU, _("Submit an invoice for each."), seller_acts=True),
        "bill_unpaid": NextStep(
            _HUAWEI,
            _("Huawei approves, checks your invoice and pays; its page says how far it is."),
        ),
        "dispute_open": NextStep(_HUAWEI, _("Huawei answers it, or you withdraw it.")),
        "adjustment_pending": _NEXT_BILL,
        "negative_carried_over": _NEXT_BILL,
        "registration_open": NextStep(
            _("You, the seller, and Huawei operations"),
            _("Its own page of this name says what is open there. A company leaves as a whole."),
            seller_acts=True,
        ),
    }
)

#: The console's page of what an obstacle names; some stand on no page of their own.
PAGES: Mapping[str, str] = MappingProxyType(
    {
        "product_listed": "product-detail",
        "order_in_fulfilment": "order-detail",
        "order_running": "order-detail",
        "order_unbilled": "order-detail",
        "usage_unbilled": "",
        "refund_under_way": "refund-detail",
        "recovery_open": "recovery-detail",
        "receivable_open": "receivable-detail",
        "invoice_due": "bill-detail",
        "bill_unpaid": "bill-detail",
        "dispute_open": "dispute-detail",
        "adjustment_pending": "",
        "negative_carried_over": "",
        "registration_open": "exit-detail",
    }
)

#: What the next bill run takes up.
BILLED_NEXT = frozenset(
    {
        "order_unbilled",
        "usage_unbilled",
        "recovery_open",
        "adjustment_pending",
        "negative_carried_over",
    }
)


@dataclass(frozen=True, slots=True)
class Open:
    """An obstacle with what ends it; `expected_on` is a day before which it does not end by itself.

    Of what the seller has to pay or invoice, it is the day by which that is due.
    """

    obstacle: Obstacle
    step: NextStep
    page: str
    expected_on: date | None


def checklist(seller: Seller, readable: frozenset[str] | None) -> Sequence[Open]:
    """`readable`: the numbers of the sellers whose pages the reader may open; None: everyone's."""
    obstacles = exit_obstacles(seller)
    days = _days(seller, {each.code for each in obstacles})
    return [
        Open(each, ENDED_BY[each.code], _page(each, readable), days.get(each.code))
        for each in obstacles
    ]


def _page(of: Obstacle, readable: frozenset[str] | None) -> str:
    """No way to another registration that the reader is no member of."""
    if of.code == "registration_open" and readable is not None:
        return PAGES[of.code] if readable.issuperset(of.numbers) else ""
    return PAGES[of.code]


def _days(seller: Seller, codes: set[str]) -> dict[str, date | None]:
    days: dict[str, date | None] = {}
    if codes & BILLED_NEXT:
        run_day = next_issue(timezone.now(), seller.open_cycle).day
        days.update(dict.fromkeys(BILLED_NEXT, run_day))
    if "invoice_due" in codes:
        lists = InvoicingList.objects.filter(
            bill__seller=seller, bill__state=BillState.PENDING_INVOICE
        )
        days["invoice_due"] = lists.aggregate(day=Max("due_on"))["day"]
    if "bill_unpaid" in codes:
        payouts = seller.payouts.filter(state__in=UNDER_WAY)
        days["bill_unpaid"] = payouts.aggregate(day=Max("expected_on"))["day"]
    if "receivable_open" in codes:
        owed = seller.receivables.exclude(state=ReceivableState.PAID)
        due = owed.aggregate(at=Max("due_at"))["at"]
        days["receivable_open"] = due and due.astimezone(ZONE).date()
    return days
