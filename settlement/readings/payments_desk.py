"""Where money to sellers stands: due, at the bank, on our accounts, in suspense, failed (R8.2)."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import Lag

from koogallery.kit.money import ZERO
from settlement.choices import UNDONE_PAYOUTS, BatchState, LineState, PayoutState
from settlement.models import BankLine, BankStatement, Payout, PayoutBatch, PayoutItem
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
    last = {
        (each.account, each.currency): each for each in BankStatement.objects.last_of_accounts()
    }
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


def unconfirmed_lines() -> QuerySet[BankLine]:
    """Told by a notification, and not by the statements of its account, the last of a later day.

    What it moved may never have happened.
    """
    later = BankStatement.objects.balanced().filter(
        account=OuterRef("statement__account"),
        currency=OuterRef("currency"),
        closed_on__gt=OuterRef("booked_on"),
    )
    return BankLine.objects.notified().filter(Exists(later))


def gaps_of(statements: Collection[BankStatement]) -> dict[int, Decimal]:
    """By statement: how its opening differs from the closing before it, by the days they are of.

    The first of an account has nothing before it.
    """
    accounts = {(each.account, each.currency) for each in statements if each.closing is not None}
    wanted = Q(pk=None)
    for account, currency in accounts:
        wanted |= Q(account=account, currency=currency)
    days = [F("closed_on").asc(), F("opened_on").asc(), F("pk").asc()]
    before = Window(Lag("closing"), [F("account"), F("currency")], order_by=days)
    rows = BankStatement.objects.balanced().filter(wanted).order_by()
    named = {each.pk for each in statements}
    return {
        pk: opening - closing
        for pk, opening, closing in rows.annotate(before=before).values_list(
            "pk", "opening", "before"
        )
        if pk in named and closing is not None and opening != closing
    }
