"""Money that waits, as the overview tells it: each row leads to the list of what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery.kit.money import ZERO
from koogallery.languages import Text
from sellers.models import Seller
from settlement.choices import BillState
from settlement.readings.waiting import Waiting, billed, unbilled

#: What is waited for, and where it is listed.
UNBILLED: Mapping[str, tuple[Text, str]] = {
    "waiting_for_service": (
        _("Your service"),
        "supervision-list?supervision_status=waiting_for_service",
    ),
    "waiting_for_acceptance": (
        _("The customer’s acceptance"),
        "supervision-list?supervision_status=waiting_for_acceptance",
    ),
    "not_paid": (
        _("The customer’s payment"),
        "order-list?is_paid=false&billing_status=unbilled&is_cancelled=false",
    ),
    "not_enabled": (_("Being enabled"), "order-list?awaits_enabling=true"),
    "takes_effect_later": (
        _("The day it takes effect"),
        "order-list?is_paid=true&billing_status=unbilled&is_cancelled=false",
    ),
    "refund_pending": (_("A refund to be paid out"), "refund-list?state=approved"),
    "seller_not_certified": (
        _("Your certification"),
        "order-list?billing_status=unbilled&is_cancelled=false",
    ),
}
BILLED: Mapping[str, Text] = {
    BillState.PENDING_APPROVAL: _("Huawei’s approval"),
    BillState.APPROVAL_REJECTED: _("Huawei clears up what it rejected"),
    BillState.PENDING_INVOICE: _("Your invoice"),
    BillState.INVOICE_UNDER_REVIEW: _("The review of your invoice"),
    BillState.PAYMENT_PROCESSING: _("The payment"),
    BillState.PAYMENT_FAILED: _("Another payment: the bank refused"),
}


@dataclass(frozen=True, slots=True)
class Row:
    label: Text
    waiting: Waiting
    address: str
    days: int


@dataclass(frozen=True, slots=True)
class WaitingMoney:
    """`before` a bill and `after` it."""

    before: list[Row]
    after: list[Row]

    def count(self, what: str) -> int:
        return sum(row.waiting.count for row in self.before if row.waiting.what == what)

    @property
    def failed(self) -> Sequence[str]:
        """Bills whose payment the bank refused."""
        return [number for row in self.after for number in row.waiting.numbers]

    @property
    def total_before(self) -> Decimal:
        return sum((row.waiting.amount for row in self.before), ZERO)

    @property
    def total_after(self) -> Decimal:
        return sum((row.waiting.amount for row in self.after), ZERO)


def waiting_money(seller: Seller, now: datetime | None = None) -> WaitingMoney:
    now = now or timezone.now()
    before, after = unbilled(seller, now), billed(seller)
    lists = {state: (label, f"bill-list?state={state}") for state, label in BILLED.items()}
    return WaitingMoney(
        [_row(*UNBILLED[what], before[what], now) for what in UNBILLED if what in before],
        [_row(*lists[state], after[state], now) for state in lists if state in after],
    )


def _row(label: Text, listed: str, waiting: Waiting, now: datetime) -> Row:
    page, _mark, query = listed.partition("?")
    address = f"{reverse(f'console:{page}')}?{query}"
    return Row(label, waiting, address, (now - waiting.oldest).days)
