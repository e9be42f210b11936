"""What a payout moves in the ledger: from what is payable to what is in transit (R7.1)."""

from datetime import datetime
from decimal import Decimal

from settlement.choices import Account
from settlement.models import Payout
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
    _turn_round(payout, at, kind="payout_undone")


def restore_payout(payout: Payout, at: datetime) -> None:
    """Undo the undoing: it is on its way, or has arrived, after all."""
    _turn_round(payout, at, kind="payout_restored")


def _turn_round(payout: Payout, at: datetime, *, kind: str) -> None:
    if posted := ledger.last_of(_key(payout)):
        key = f"{kind}:{payout.number}" + (f":{posted.pk}" if posted.reverses_id else "")
        ledger.reverse(posted, key=key, kind=kind, effective_at=at)


def _key(payout: Payout) -> str:
    return f"payout:{payout.number}"
