"""What a payout moves in the ledger: from what is payable to what is in transit (R7.1)."""

from datetime import datetime
from decimal import Decimal

from koogallery.kit.money import ZERO
from settlement.choices import Account
from settlement.models import Journal, Payout
from settlement.readings.payouts import balances_of
from settlement.services import ledger


def post_payout(payout: Payout, at: datetime) -> dict[str, Decimal]:
    """It leaves the seller's balance; the bank's line takes it out of transit.

    Returns the columns that keep how the balance stood before and after it.
    """
    stood = balances_of(payout)
    _post(payout, f"payout:{payout.number}", "payout", at, 1)
    return {"opening_balance": stood.opening, "closing_balance": stood.closing}


def reverse_payout(payout: Payout, at: datetime) -> None:
    """Undo that, where it was done: the money stays with us, or has come back."""
    posted = Journal.objects.filter(key=f"payout:{payout.number}").first()
    if posted:
        _post(payout, f"payout_undone:{payout.number}", "payout_undone", at, -1, posted)


def _post(
    payout: Payout, key: str, kind: str, at: datetime, sign: int, reverses: Journal | None = None
) -> None:
    net = sum((item.net for item in payout.items.all()), ZERO)
    ledger.post(
        key=key,
        kind=kind,
        seller_id=payout.seller_id,
        subject=payout.number,
        effective_at=at,
        currency=payout.currency,
        legs={
            Account.SELLER_PAYABLE: sign * net,
            Account.INPUT_VAT: sign * (payout.amount - net),
            Account.IN_TRANSIT: -sign * payout.amount,
        },
        reverses=reverses,
    )
