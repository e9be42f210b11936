"""How the accounts stand as of any date, as known at any time, and what was learnt since (R7.2)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from koogallery.fields import amount
from koogallery.kit.money import ZERO
from sellers.models import Seller
from settlement.choices import Account
from settlement.models import Journal, LedgerEntry


@dataclass(frozen=True, slots=True)
class View:
    """What had happened by `as_of`, as the books knew it at `known_at`; nothing: all of it.

    `since` is when it was last looked at: what the books have learnt after it is told apart.
    """

    as_of: datetime | None = None
    known_at: datetime | None = None
    since: datetime | None = None

    def journals(self, prefix: str = "") -> Q:
        seen = Q()
        if self.as_of:
            seen &= Q(**{f"{prefix}effective_at__lte": self.as_of})
        if self.known_at:
            seen &= Q(**{f"{prefix}recorded_at__lte": self.known_at})
        return seen


@dataclass(frozen=True, slots=True)
class Balance:
    """Of an account and currency, of one seller or of all; `learnt` since the last look."""

    account: Account
    currency: str
    balance: Decimal
    learnt: Decimal
    seller: Seller | None = None

    @property
    def before(self) -> Decimal:
        return self.balance - self.learnt


def account_balances(view: View, seller: Seller | None = None) -> list[Balance]:
    """Every account that anything was posted to; of one seller, or of all together."""
    entries = LedgerEntry.objects.filter(view.journals("journal__"))
    if seller:
        entries = entries.filter(seller=seller)
    rows = entries.order_by("account", "currency").values("account", "currency")
    found = [_balance(row) for row in rows.annotate(**_sums(view))]
    order = list(Account)
    return sorted(found, key=lambda each: (each.currency, order.index(each.account)))


def seller_balances(
    view: View, account: Account, currency: str, after: str, size: int
) -> list[Balance]:
    """The sellers who have something on this account, by number, from `after` on."""
    entries: Any = LedgerEntry.objects.filter(
        view.journals("journal__"), account=account, currency=currency, seller__number__gt=after
    )
    rows = entries.order_by("seller__number").values("seller", "account", "currency")
    moved = rows.annotate(**_sums(view)).exclude(balance=ZERO, learnt=ZERO)[:size]
    found = list(moved)
    sellers = Seller.objects.in_bulk([row["seller"] for row in found])
    return [_balance(row, sellers[row["seller"]]) for row in found]


def journals_since(view: View) -> QuerySet[Journal]:
    """What the books have learnt since the last look, latest first."""
    seen = Journal.objects.filter(view.journals())
    return seen.filter(recorded_at__gt=view.since).order_by("-pk") if view.since else seen.none()


def _sums(view: View) -> dict[str, Any]:
    after = Q(journal__recorded_at__gt=view.since) if view.since else Q(pk=None)
    learnt = Sum("amount", filter=after)
    return {
        "balance": Sum("amount"),
        "learnt": Coalesce(learnt, ZERO, output_field=amount()),
    }


def _balance(row: Any, seller: Seller | None = None) -> Balance:
    account = Account(row["account"])
    return Balance(account, row["currency"], row["balance"], row["learnt"], seller)
