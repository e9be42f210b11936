"""Money at the bank: paid month by month, refused and paid again, refused and waiting, in a batch.

Invoices are verified on the fourth working day after the run day, so that they are paid on the
ninth, and the bank's statement of the tenth says so.

Sellers of the demo are paid: a batch, its approvals, its file, and what the bank says (R8.2).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from koogallery.demo.acts import Act, Story
from koogallery.demo.bank import Movement, rejection_of, statements_of
from koogallery.demo.calendar import CLOSED_MONTHS, Calendar
from koogallery.demo.desk import Desk
from koogallery.demo.stories.certifications import MoveBankAccount
from koogallery.duties import Duty
from koogallery.models import User
from koogallery.settlement_time import ZONE
from settlement.choices import UNDONE_PAYOUTS, BatchState, PayoutState
from settlement.models import Payout, PayoutBatch
from settlement.readings.payment_files import paying_accounts
from settlement.services.banking.taking import take_statement
from settlement.services.payouts.batches import approve_batch, create_batch, due_payouts, send_batch
from settlement.services.payouts.outcomes import pay_again


@dataclass(frozen=True, slots=True)
class PutTogether:
    """A batch a currency of what is to be paid by then."""

    at: datetime
    by: date | None
    sellers: Sequence[str] | None = None

    def do(self, desk: Desk) -> object:
        return [
            create_batch(account.currency, self.by, self.sellers, actor=desk.first)
            for account in paying_accounts()
            if due_payouts(account.currency, self.by, self.sellers)[0]
        ]


@dataclass(frozen=True, slots=True)
class ApproveBatches:
    """By as many as each needs, the second operator first."""

    at: datetime

    def do(self, desk: Desk) -> object:
        paying = list(_paying(desk))
        for batch in PayoutBatch.objects.filter(state=BatchState.DRAFT).order_by("pk"):
            for operator in paying[: batch.approvals_needed]:
                approve_batch(batch.number, actor=operator)
        return None


def _paying(desk: Desk) -> Iterator[User]:
    yield desk.second
    others = User.objects.filter(is_staff=True).exclude(pk__in=[desk.first.pk, desk.second.pk])
    yield from (each for each in others.order_by("pk") if each.may(Duty.PAY_OUT))


@dataclass(frozen=True, slots=True)
class SendBatches:
    at: datetime

    def do(self, desk: Desk) -> object:
        approved = PayoutBatch.objects.filter(state=BatchState.APPROVED).order_by("pk")
        return [send_batch(batch.number, actor=desk.first) for batch in approved]


@dataclass(frozen=True, slots=True)
class BankRejects:
    """Seller -> the bank's reason: ISO 20022, and its own words."""

    at: datetime
    reasons: Mapping[str, tuple[str, str]] = field(hash=False)

    def do(self, desk: Desk) -> object:
        sent = Payout.objects.filter(state=PayoutState.SENT, seller__number__in=self.reasons)
        return [
            take_statement(rejection_of(payout, *self.reasons[payout.seller.number]), actor=who)
            for who in [desk.first]
            for payout in sent.select_related("seller", "batch").order_by("pk")
        ]


@dataclass(frozen=True, slots=True)
class BankStatements:
    """Of a banking day, taken on the next; `unknown` is what nobody here expects."""

    at: datetime
    day: date
    unknown: Sequence[Movement] = ()

    def do(self, desk: Desk) -> object:
        day = min(self.day, timezone.now().astimezone(ZONE).date())
        files = list(statements_of(day, self.unknown))
        return [take_statement(file, actor=desk.first) for file in files]


@dataclass(frozen=True, slots=True)
class PayAgain:
    """What failed is planned once more, now that nothing stands in its way."""

    at: datetime
    seller: str
    reason: str

    def do(self, desk: Desk) -> object:
        undone = Payout.objects.filter(seller__number=self.seller, state__in=UNDONE_PAYOUTS)
        return pay_again(undone.latest("pk").number, self.reason, actor=desk.second)


PAYMENT = 9
#: The bill of the second month finds the account closed; the seller names another one.
CLOSED, CLOSED_AFTER = "S000004", 2
#: That of the fourth finds it blocked; the seller has not answered yet.
BLOCKED, BLOCKED_AFTER = "S000010", 4
REASONS = {
    CLOSED_AFTER: {CLOSED: ("AC04", "Closed at the request of its holder.")},
    BLOCKED_AFTER: {BLOCKED: ("AC06", "Blocked while the bank reviews it.")},
}
#: Nobody has found out yet whose it is.
UNKNOWN = Movement(
    Decimal("480.00"), "INV 88121 THANK YOU", "XU00088121", "Riverside Imaging Partners"
)


def payouts(calendar: Calendar) -> Sequence[Story]:
    return [Story(acts=[*_received(calendar), *_paid(calendar), *_repaired(calendar)])]


def _received(calendar: Calendar) -> Iterator[Act]:
    """What sellers have paid in, as the bank says it the day after."""
    for month, day in ((1, 3), (2, 3), (5, 24)):
        yield BankStatements(calendar.at(month, day + 1, 8), calendar.at(month, day).date())


def _paid(calendar: Calendar) -> Iterator[Act]:
    for month in range(1, CLOSED_MONTHS):
        yield from _payment(calendar, month, PAYMENT)
    yield PutTogether(calendar.latest, None, ["S000012"])


def _payment(calendar: Calendar, month: int, day: int) -> Iterator[Act]:
    """So many working days after the run day; the bank answers on the next two."""
    yield PutTogether(
        calendar.after_closing(month, day, 9, 20), calendar.day_after_closing(month, day)
    )
    yield ApproveBatches(calendar.after_closing(month, day, 11, 5))
    yield SendBatches(calendar.after_closing(month, day, 14, 40))
    if day == PAYMENT and month in REASONS:
        yield BankRejects(calendar.after_closing(month, day + 1, 8, 15), REASONS[month])
    yield BankStatements(
        calendar.after_closing(month, day + 2, 8),
        calendar.day_after_closing(month, day + 1),
        [UNKNOWN] if month == BLOCKED_AFTER else (),
    )


def _repaired(calendar: Calendar) -> Iterator[Act]:
    """A day after the bank's answer the seller asks for another account, which cools down.

    What failed is paid five banking days after it was planned again.
    """
    yield MoveBankAccount(
        calendar.after_closing(CLOSED_AFTER, PAYMENT + 2, 11, 30),
        CLOSED,
        ("Siam Commercial Bank", "SICOTHBK", "TH", "4051882093"),
        "nok",
    )
    yield PayAgain(
        calendar.after_closing(CLOSED_AFTER, PAYMENT + 4, 15),
        CLOSED,
        "The seller has named another account, and it is approved.",
    )
    yield from _payment(calendar, CLOSED_AFTER, PAYMENT + 9)
