"""What a seller sees first: what to do, what comes next and when, what came before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koogallery.acts import Who
from koogallery.dates import day_text
from koogallery.kit.figures import money_text
from koogallery.kit.money import ZERO
from koogallery.portal.sums import Bar, BarRow, bar_of, bar_rows
from sellers.choices import CertificationState, MessageState
from sellers.models import Certification, Seller
from sellers.services.authority import APPLICANTS, DELIVERERS, PROVIDERS, TREASURERS
from settlement.choices import ReceivableState, RefundState
from settlement.models import Bill, PayoutItem, Receivable, Refund
from settlement.portal.invoicing import AwaitedInvoice, awaited_invoices
from settlement.portal.waiting import WaitingMoney
from settlement.readings.calendar import run_days_of
from settlement.services.authority import ACCOUNTANTS, REVIEWERS
from settlement.services.deposits import top_up_of
from settlement.services.previews.forecasts import ExpectedBill, Outlook, coming_cycles

MONTHS = 12
PRODUCTS = 12
#: Up to so many bills are named one by one that wait for an invoice.
INVOICES_TOLD = 3
#: How long, and how many, answers to disputes are told on the overview.
ANSWERS_TOLD_FOR = timedelta(days=14)
ANSWERS_TOLD = 5


@dataclass(frozen=True, slots=True)
class Task:
    """Something that stands still, or costs money, until the seller acts."""

    what: str
    address: str
    rule: str
    is_urgent: bool = False


def everybody(_who: Who) -> bool:
    return True


def tasks_of(
    seller: Seller,
    now: datetime,
    waiting: WaitingMoney,
    may: Callable[[Who], bool] = everybody,
) -> list[Task]:
    """What needs the reader, by what they `may` do for the seller; not what needs others."""
    needed: tuple[tuple[Who, Callable[[], list[Task]]], ...] = (
        (APPLICANTS, lambda: _certification(seller, now)),
        (TREASURERS, lambda: _receivables(seller, now)),
        (REVIEWERS, lambda: _refunds(seller)),
        (ACCOUNTANTS, lambda: _invoices(seller, now)),
        (TREASURERS, lambda: _failed_payments(waiting.failed)),
        (TREASURERS, lambda: _failed_returns(seller)),
        (ACCOUNTANTS, lambda: _answered_disputes(seller, now)),
        (PROVIDERS, lambda: _services(waiting.count("waiting_for_service"))),
        (DELIVERERS, lambda: _deliveries(seller)),
        (TREASURERS, lambda: _deposit(seller)),
    )
    return [task for who, tasks in needed if may(who) for task in tasks()]


def _certification(seller: Seller, now: datetime) -> list[Task]:
    if seller.certified_at and seller.certified_at <= now:
        return []
    states = Certification.objects.filter(seller=seller).order_by("-pk").values_list("state")
    [last] = states.first() or [""]
    if last == Certification.WAITING:
        return []
    if last == CertificationState.REJECTED:
        what = _("Your business information was rejected. Until it is certified nothing is billed.")
    else:
        what = _("Your business information is not certified. Until it is, nothing is billed.")
    return [Task(what, reverse("console:company"), "R1.3", is_urgent=True)]


def _receivables(seller: Seller, now: datetime) -> list[Task]:
    rows = Receivable.objects.filter(seller=seller, state=ReceivableState.OPEN)
    found = rows.aggregate(
        total=Sum("recovery__outstanding"), due=Min("due_at"), count=Count("pk"), one=Min("number")
    )
    if not found["due"]:
        return []
    is_overdue = found["due"] < now
    told = (
        _("%(amount)s is overdue since %(day)s.")
        if is_overdue
        else _("%(amount)s is due on %(day)s.")
    )
    amount = money_text(found["total"], seller.settlement_currency)
    what = told % {"amount": amount, "day": day_text(found["due"])}
    address = _address(found, "receivable-detail", reverse("console:receivable-list"))
    return [Task(what, address, "R5.3", is_urgent=is_overdue)]


def _refunds(seller: Seller) -> list[Task]:
    rows = Refund.objects.filter(seller=seller, state=RefundState.SELLER_REVIEW)
    found = rows.aggregate(count=Count("pk"), one=Min("number"))
    what = ngettext(
        "%(number)s refund waits for your answer.",
        "%(number)s refunds wait for your answer.",
        found["count"],
    ) % {"number": found["count"]}
    listed = f"{reverse('console:refund-list')}?state=seller_review"
    address = _address(found, "refund-detail", listed)
    return [Task(what, address, "R4.3")] if found["count"] else []


def _address(found: Mapping[str, Any], page: str, listed: str) -> str:
    """Of the one that there is, or of the list of them; `found` has their `count` and `one`."""
    if found["count"] == 1:
        return reverse(f"console:{page}", args=[found["one"]])
    return listed


def _invoices(seller: Seller, now: datetime) -> list[Task]:
    awaited = awaited_invoices(Bill.objects.filter(seller=seller), now)
    if len(awaited) > INVOICES_TOLD:
        total = sum((each.left for each in awaited), ZERO)
        what = _("%(count)s bills over %(amount)s wait for your invoice, the first until %(day)s.")
        what %= {
            "count": len(awaited),
            "amount": money_text(total, seller.settlement_currency),
            "day": day_text(awaited[0].due_on),
        }
        address = reverse("console:invoice-list")
        return [Task(what, address, "R8.1", is_urgent=awaited[0].is_overdue)]
    return [_invoice(each) for each in awaited]


def _invoice(awaited: AwaitedInvoice) -> Task:
    late = _("Your invoice for bill %(bill)s over %(amount)s was due on %(day)s.")
    due = _("Invoice bill %(bill)s over %(amount)s by %(day)s.")
    what = (late if awaited.is_overdue else due) % {
        "bill": awaited.bill.number,
        "amount": money_text(awaited.left, awaited.bill.currency),
        "day": day_text(awaited.due_on),
    }
    address = reverse("console:invoicing-list", args=[awaited.bill.number])
    return Task(what, address, "R8.1", is_urgent=awaited.is_overdue)


def _failed_payments(bills: Sequence[str]) -> list[Task]:
    return [
        Task(
            _("The payment of bill %(bill)s failed; check your bank details.") % {"bill": number},
            reverse("console:bill-detail", args=[number]),
            "R3.3",
            is_urgent=True,
        )
        for number in bills
    ]


def _failed_returns(seller: Seller) -> list[Task]:
    """A deposit that was to be paid back, and has not been taken over by another payout."""
    undone = PayoutItem.objects.filter(payout__seller=seller, is_open=False).exclude(movement=None)
    waiting = undone.exclude(movement__payout_items__is_open=True)
    last = waiting.order_by("-pk").values_list("payout__number", flat=True).first()
    if last is None:
        return []
    what = _("The payment of your deposit failed; check your bank details.")
    return [Task(what, reverse("console:payout-detail", args=[last]), "R6.3", is_urgent=True)]


def _answered_disputes(seller: Seller, now: datetime) -> list[Task]:
    """Told for two weeks: a seller who still disagrees may dispute again."""
    answered = seller.disputes.filter(answered_at__gte=now - ANSWERS_TOLD_FOR)
    return [
        Task(
            _("Huawei answered your dispute %(dispute)s of bill %(bill)s.")
            % {"dispute": dispute.number, "bill": dispute.bill.number},
            reverse("console:dispute-detail", args=[dispute.number]),
            "R3.4",
        )
        for dispute in answered.select_related("bill").order_by("-answered_at")[:ANSWERS_TOLD]
    ]


def _services(waiting: int) -> list[Task]:
    what = ngettext(
        "%(number)s order waits for your service.",
        "%(number)s orders wait for your service.",
        waiting,
    ) % {"number": waiting}
    address = f"{reverse('console:supervision-list')}?supervision_status=waiting_for_service"
    return [Task(what, address, "R1.3")] if waiting else []


def _deliveries(seller: Seller) -> list[Task]:
    """Orders that are not in effect, because the seller's server could not be told of them."""
    failed = seller.delivery_messages.filter(state=MessageState.FAILED, is_test=False).count()
    what = ngettext(
        "%(number)s message to your server has been given up.",
        "%(number)s messages to your server have been given up.",
        failed,
    ) % {"number": failed}
    address = f"{reverse('console:message-list')}?state=failed&is_test=false"
    return [Task(what, address, "R9.4", is_urgent=True)] if failed else []


def _deposit(seller: Seller) -> list[Task]:
    top_up, currency = top_up_of(seller), seller.settlement_currency
    if not top_up.asked:
        return []
    what = _("Please top up your deposit by %(amount)s to reach its required level.")
    if top_up.receivables:
        what = _(
            "Please top up your deposit by %(amount)s: %(receivables)s for open receivables, the "
            "rest to reach its required level."
        )
    what %= {
        "amount": money_text(top_up.asked, currency),
        "receivables": money_text(top_up.receivables, currency),
    }
    return [Task(what, reverse("console:deposit-detail", args=[seller.number]), "R6.2")]


def coming_bills(seller: Seller, outlook: Outlook | None) -> list[ExpectedBill]:
    """The next two, with what is kept of them."""
    cycles = coming_cycles(seller)
    days = run_days_of(cycles)
    return [
        ExpectedBill(cycle, days[cycle], outlook.of(cycle) if outlook else None) for cycle in cycles
    ]


@dataclass(frozen=True, slots=True)
class Month:
    """A bill: what was earned, drawn as a bar, and what became of it."""

    bill: Bill
    bar: Bar


def by_month(bills: Sequence[Bill]) -> list[Month]:
    largest = max((abs(bill.settlement_amount) for bill in bills), default=ZERO)
    return [Month(bill, bar_of(bill.settlement_amount, largest)) for bill in bills]


def by_product(bill: Bill) -> list[BarRow]:
    """What each product settled on one bill, the largest first."""
    sold = sorted(bill.products.all(), key=lambda each: (-each.settlement, each.number))
    return bar_rows(
        (each.name, each.settlement, reverse("console:product-detail", args=[each.product.number]))
        for each in sold[:PRODUCTS]
    )
