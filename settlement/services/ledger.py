"""The one way money is posted: a balanced journal, once per key (R7.1)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from settlement.choices import Account
from settlement.models import Journal, LedgerEntry

Legs = Mapping[Account, Decimal]


def post(
    *,
    key: str,
    kind: str,
    seller_id: int,
    subject: str,
    effective_at: datetime,
    currency: str,
    legs: Legs,
) -> Journal:
    """Debits are positive, credits negative; legs of zero are dropped.

    `key` names what happened. The database refuses a second journal of the same key, and one
    whose legs do not sum to zero.
    """
    journal = Journal.objects.create(
        key=key, kind=kind, seller_id=seller_id, subject=subject, effective_at=effective_at
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            journal=journal,
            seller_id=seller_id,
            account=account,
            currency=currency,
            amount=amount,
        )
        for account, amount in legs.items()
        if amount
    )
    return journal
