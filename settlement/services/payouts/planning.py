"""What becomes payable is planned as a payout at once (R8.2).

What a payout moves in the ledger: from what is payable to what is in transit (R7.1).
"""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from koogallery import audit
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from sellers.services.locks import lock_seller
from settlement.choices import Account, BillState
from settlement.models import Bill, DepositMovement, Payout, PayoutItem
from settlement.readings.calendar import WorkingDays
from settlement.readings.payouts import balances_of, tax_of
from settlement.rules.payouts import expected_day
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


def plan_bill(bill: Bill, actor: User | None) -> Payout:
    """Its net payable and the tax of its invoices. The caller holds the seller's lock."""
    return _plan(
        bill.seller, bill.currency, actor, bill=bill, net=bill.net_payable, tax=tax_of(bill)
    )


def plan_return(movement: DepositMovement, currency: str, actor: User | None) -> Payout:
    """Pay back what was taken out of the deposit for its seller (R6.3)."""
    return _plan(movement.seller, currency, actor, movement=movement, net=-movement.change)


def _plan(seller: Seller, currency: str, actor: User | None, **owed: Decimal | object) -> Payout:
    """Onto the payout that is planned for this seller already, or else onto a new one."""
    amount = Decimal(str(owed["net"])) + Decimal(str(owed.get("tax", 0)))
    payout = seller.payouts.planned().filter(currency=currency).order_by("pk").first()
    if payout is None:
        payout = Payout.objects.create(
            number=next_number("PO"),
            seller=seller,
            currency=currency,
            amount=amount,
            expected_on=expected_day(
                timezone.now().astimezone(ZONE).date(),
                settings.PAYOUT_BANKING_DAYS,
                settings.PAYOUT_DAYS_OF_MONTH,
                WorkingDays().includes,
            ),
        )
    else:
        payout.amount += amount
        payout.save(update_fields=["amount", "modified_at"])
    item = PayoutItem.objects.create(payout=payout, **owed)
    of = {"bill": item.bill.number} if item.bill else {"deposit": payout.seller.number}
    audit.note(
        actor,
        "planned",
        payout,
        amount=format_amount(item.total, payout.currency),
        currency=payout.currency,
        expected_on=payout.expected_on.isoformat(),
        state=payout.state,
        **of,
    )
    tell("payout_planned", payout, f"{payout.number}:{item.pk}", amount=item.total, bill=item.bill)
    return payout


def plan_what_is_missing() -> int:
    """Bills that were to be paid before there were payouts; returns how many were planned."""
    waiting = Bill.objects.filter(state=BillState.PAYMENT_PROCESSING).exclude(
        payout_items__is_open=True
    )
    planned = 0
    for pk, seller in waiting.order_by("pk").values_list("pk", "seller_id"):
        with transaction.atomic():
            lock_seller(pk=seller)
            bill = waiting.filter(pk=pk).select_related("seller").first()
            if bill:
                plan_bill(bill, None)
                planned += 1
    return planned
