"""Correcting an issued bill by an amount on the seller's next one (R3.2)."""

from decimal import Decimal

from django.db import transaction

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.numbering import next_number
from settlement import notices
from settlement.models import Adjustment, Bill
from settlement.services.entered import require_signed, require_text
from settlement.services.locked import read_locked


@as_refusals()
@transaction.atomic
def adjust_bill(bill_number: str, amount: Decimal, reason: str, *, actor: User) -> Adjustment:
    """Record a difference found later; positive amounts are paid to the seller."""
    bill = read_locked(Bill.objects.select_related("seller"), bill_number, actor=actor)
    require_duty(actor, Duty.ADJUST_BILLS, "adjust a bill", rule="R3.2")
    require_signed(amount, bill.currency, rule="R3.2")
    adjustment = Adjustment.objects.create(
        number=next_number("AD"),
        seller=bill.seller,
        bill=bill,
        amount=amount,
        currency=bill.currency,
        reason=require_text("reason", reason, rule="R3.2"),
        created_by=actor,
    )
    audit.record(
        actor,
        "adjusted",
        "bill",
        bill.number,
        seller=bill.seller.number,
        adjustment=adjustment.number,
        amount=format_amount(amount, bill.currency),
        currency=bill.currency,
        reason=adjustment.reason,
    )
    notices.adjustment_recorded(adjustment)
    return adjustment
