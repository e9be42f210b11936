"""Sellers of the demo are paid: a batch, its approvals, its file, and what the bank says (R8.2)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from koogallery.demo.bank import Movement, rejection_of, statements_of
from koogallery.demo.desk import Desk
from koogallery.duties import Duty
from koogallery.models import User
from koogallery.settlement_time import ZONE
from settlement.choices import UNDONE_PAYOUTS, BatchState, PayoutState
from settlement.models import Payout, PayoutBatch
from settlement.readings.paying_accounts import paying_accounts
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
