"""What settlement tells sellers and customers (R10) where it takes more than a kind and a row."""

from collections.abc import Mapping, Sequence
from typing import Any

from koogallery.models import Notice
from koogallery.notices import CUSTOMER, SELLER, tell
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from settlement.choices import MovementKind
from settlement.models import DepositMovement, Receivable, Recovery, Refund


def tell_seller_and_customer(kind: str, refund: Refund, **facts: Any) -> None:
    """Once each (R4.5)."""
    order = refund.order
    names = ("customer_account", "customer_name", "customer_email")
    customer = {name: getattr(order, name) for name in names}
    tell(kind, refund, f"{refund.number}:{SELLER}", **facts)
    occasion = f"{refund.number}:{CUSTOMER}"
    tell(kind, refund, occasion, recipient=CUSTOMER, customer=customer, **facts)


def recovery_planned(recovery: Recovery, plan: Sequence[Mapping[str, str]]) -> None:
    """Before money is taken (R5.6); again when a receivable goes back to a bill (R5.7)."""
    occasion = f"{recovery.number}:{recovery.window_start}"
    if recovery.refund is None:
        began_on = recovery.original_bill
        tell("negative_balance_planned", recovery, occasion, began_on=began_on, plan=plan)
    else:
        order = recovery.refund.order
        tell("recovery_planned", recovery, occasion, order=order, plan=plan)


_MOVEMENTS = {
    MovementKind.TOP_UP: "deposit_topped_up",
    MovementKind.PENALTY: "deposit_penalty",
    MovementKind.ADJUSTMENT: "deposit_adjusted",
    MovementKind.RETURN: "deposit_returned",
    MovementKind.REVERSAL: "deposit_adjusted",
}


def deposit_moved(movement: DepositMovement) -> None:
    """Each movement that a person records, with its reason (R6.2)."""
    kind, change = _MOVEMENTS[MovementKind(movement.kind)], movement.change
    tell(
        kind,
        movement,
        str(movement.pk),
        amount=change if kind == "deposit_adjusted" else abs(change),
        balance=movement.balance_after,
        currency=movement.seller.settlement_currency,
    )


def was_told_of_level(seller: Seller, required: str) -> bool:
    told = Notice.objects.filter(kind="deposit_below_level", seller_number=seller.number)
    return told.filter(facts__required=required).exists()


def tell_of_date(kind: str, receivable: Receivable, occasion: str) -> bool:
    """By when it has to be paid; False where it was told already on this occasion."""
    what = f"{receivable.number}:{occasion}"
    if Notice.objects.filter(key=f"{kind}:{what}").exists():
        return False
    due_on = receivable.due_at.astimezone(ZONE).date()
    tell(kind, receivable, what, amount=receivable.recovery.outstanding, due_on=due_on)
    return True
