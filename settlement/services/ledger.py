"""The one way money is posted: a balanced journal, once per key (R7.1)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from koogallery.clock import require_right_clock
from koogallery.statements import run_statement
from settlement.choices import Account
from settlement.models import Journal, LedgerEntry

Legs = Mapping[Account, Decimal]


def post(
    *,
    key: str,
    kind: str,
    seller_id: int | None,
    subject: str,
    effective_at: datetime,
    currency: str,
    legs: Legs,
) -> None:
    """Debits are positive, credits negative; legs of zero are dropped.

    Without a seller it is the platform's own, or nobody knows yet whose. `key` names what happened.
    The database refuses a second journal of the same key, and one whose legs do not sum to zero.
    A host whose clock is wrong moves no money: the row that says when it moved would be wrong.
    """
    require_right_clock()
    moved = {account: amount for account, amount in legs.items() if amount}
    run_statement(
        "settlement/post",
        {
            "key": key,
            "kind": kind,
            "seller": seller_id,
            "subject": subject,
            "at": effective_at,
            "currency": currency,
            "accounts": list(moved),
            "amounts": list(moved.values()),
        },
    )


def reverse(posted: Journal, *, key: str, kind: str, effective_at: datetime) -> Journal:
    """Undo a journal by another one with its legs turned round (R7.1)."""
    [journal] = _turn_round({key: posted}, kind, effective_at)
    return journal


def reverse_each(keys: Collection[str], *, kind: str) -> None:
    """Undo now all that were posted of these keys, many at once."""
    posted = Journal.objects.filter(key__in=keys).order_by("pk").prefetch_related("entries")
    _turn_round({f"{each.key}:reversed": each for each in posted}, kind, timezone.now())


def _turn_round(undone: Mapping[str, Journal], kind: str, effective_at: datetime) -> list[Journal]:
    require_right_clock()
    journals = Journal.objects.bulk_create(
        Journal(
            key=key,
            kind=kind,
            seller_id=posted.seller_id,
            subject=posted.subject,
            effective_at=effective_at,
            reverses=posted,
        )
        for key, posted in undone.items()
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            journal=journal,
            seller_id=entry.seller_id,
            account=entry.account,
            currency=entry.currency,
            amount=-entry.amount,
        )
        for journal, posted in zip(journals, undone.values(), strict=True)
        for entry in posted.entries.all()
    )
    return journals


def last_of(key: str) -> Journal | None:
    """The journal of this key, or the last of those that undid it, and undid that again."""
    journal = Journal.objects.filter(key=key).first()
    while journal and (undone := Journal.objects.filter(reverses=journal).first()):
        journal = undone
    return journal
