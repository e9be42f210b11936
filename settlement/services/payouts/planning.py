"""What becomes payable is planned as a payout at once (R8.2)."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from koogallery import audit
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.numbering import next_number
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from sellers.services.locks import lock_seller
from settlement import notices
from settlement.choices import BillState
from settlement.models import Bill, DepositMovement, Payout, PayoutItem
from settlement.readings.calendar import WorkingDays
from settlement.readings.payouts import tax_of
from settlement.rules.payouts import expected_day


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
            expected_on=_expected_on(),
        )
    else:
        payout.amount += amount
        payout.save(update_fields=["amount", "modified_at"])
    item = PayoutItem.objects.create(payout=payout, **owed)
    _record(payout, item, actor)
    notices.payout_planned(payout, item)
    return payout


def _expected_on() -> date:
    return expected_day(
        timezone.now().astimezone(ZONE).date(),
        settings.PAYOUT_BANKING_DAYS,
        settings.PAYOUT_DAYS_OF_MONTH,
        WorkingDays().includes,
    )


def _record(payout: Payout, item: PayoutItem, actor: User | None) -> None:
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
