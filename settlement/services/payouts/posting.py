"""What a payout moves in the ledger: from what is payable to what is in transit (R7.1)."""

from datetime import datetime
from decimal import Decimal

from settlement.choices import Account
from settlement.models import Journal, Payout
from settlement.readings.payouts import balances_of
from settlement.services import ledger


def post_payout(payout: Payout, at: datetime) -> dict[str, Decimal]:
    """It leaves the seller's balance; the bank's line takes it out of transit.

    Returns the columns that keep how the balance stood before and after it.
    """
    stood = balances_of(payout)
    ledger.post(
        key=_key(payout),
        kind="payout",
        seller_id=payout.seller_id,
        subject=payout.number,
        effective_at=at,
        currency=payout.currency,
        legs={
            Account.SELLER_PAYABLE: stood.went,
            Account.INPUT_VAT: payout.amount - stood.went,
            Account.IN_TRANSIT: -payout.amount,
        },
    )
    return {"opening_balance": stood.opening, "closing_balance": stood.closing}


def reverse_payout(payout: Payout, at: datetime) -> None:
    """Undo that, where it was done: the money stays with us, or has come back."""
    posted = Journal.objects.filter(key=_key(payout)).first()
    if posted:
        key = f"payout_undone:{payout.number}"
        ledger.reverse(posted, key=key, kind="payout_undone", effective_at=at)


def _key(payout: Payout) -> str:
    return f"payout:{payout.number}"
