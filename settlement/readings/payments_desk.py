"""Where money to sellers stands: due, at the bank, on our accounts, in suspense, failed (R8.2)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum

from koogallery.kit.money import ZERO
from settlement.choices import UNDONE_PAYOUTS, BatchState, LineState, PayoutState
from settlement.models import BankLine, BankStatement, Payout, PayoutBatch, PayoutItem
from settlement.readings.bank_balances import gaps_of, last_statements, unconfirmed_lines
from settlement.readings.payment_files import PayingAccount, paying_accounts


@dataclass(frozen=True, slots=True)
class Due:
    """Payouts that are planned for one day in one currency."""

    day: date
    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Failed:
    """Payouts that failed or came back for one reason, and that no other payout pays again."""

    code: str
    currency: str
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Ours:
    """One of our accounts: its last statement, how many do not follow the one before, suspense.

    `unconfirmed` are lines that a notification told, and no statement of their day.
    """

    account: PayingAccount
    last: BankStatement | None
    gaps: int
    unconfirmed: int
    suspense: int
    suspended: Decimal
    oldest: date | None


def due_payouts() -> list[Due]:
    planned = Payout.objects.filter(state=PayoutState.PLANNED)
    return [Due(*row) for row in _summed(planned, "expected_on", "currency")]


def failed_payouts() -> list[Failed]:
    same = Q(bill=OuterRef("bill"), bill__isnull=False)
    same |= Q(movement=OuterRef("movement"), movement__isnull=False)
    later = PayoutItem.objects.filter(same, pk__gt=OuterRef("pk"))
    waiting = PayoutItem.objects.filter(~Exists(later), payout__state__in=UNDONE_PAYOUTS)
    failed = Payout.objects.filter(pk__in=waiting.values("payout"))
    return [Failed(*row) for row in _summed(failed, "failure_code", "currency")]


def _summed(payouts: QuerySet[Payout], *by: str) -> Sequence[tuple[Any, ...]]:
    rows = payouts.order_by().values_list(*by).annotate(Count("pk"), Sum("amount"))
    return list(rows.order_by(*by))


def batches_under_way() -> QuerySet[PayoutBatch]:
    under_way = (BatchState.DRAFT, BatchState.APPROVED, BatchState.SENT)
    rows = PayoutBatch.objects.filter(state__in=under_way).select_related("created_by")
    return rows.prefetch_related("approvals").order_by("expected_on", "pk")


def our_accounts() -> list[Ours]:
    last = {(each.account, each.currency): each for each in last_statements()}
    statements = BankStatement.objects.balanced()
    gaps = gaps_of(statements)
    found = Counter((each.account, each.currency) for each in statements if each.pk in gaps)
    unconfirmed = Counter(unconfirmed_lines().values_list("statement__account", "currency"))
    rows = BankLine.objects.filter(state=LineState.SUSPENSE).order_by().values_list("currency")
    figures = rows.annotate(Count("pk"), Sum("amount"), Min("booked_on"))
    held = {currency: (count, amount, oldest) for currency, count, amount, oldest in figures}
    return [
        Ours(
            account,
            last.get((account.number, account.currency)),
            found[account.number, account.currency],
            unconfirmed[account.number, account.currency],
            *held.get(account.currency, (0, ZERO, None)),
        )
        for account in paying_accounts()
    ]
