"""Correcting an issued bill by an amount on the seller's next one (R3.2)."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from koogallery import audit
from koogallery.approvals import takes_a_second_person
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.numbering import next_number
from settlement import notices
from settlement.choices import MoneyAct
from settlement.models import Adjustment, Bill
from settlement.services.authorisations import Moved, authorise
from settlement.services.locked import read_locked
from settlement.services.previews.effects import on_the_seller
from settlement.services.validation import require_signed, require_text


@takes_a_second_person("adjustment", _("Adjust a bill"), Duty.ADJUST_BILLS, effect=on_the_seller)
@as_refusals()
@transaction.atomic
def adjust_bill(bill_number: str, amount: Decimal, reason: str, *, actor: User) -> Adjustment:
    """Record a difference found later; positive amounts are paid to the seller."""
    bill = read_locked(Bill.objects.select_related("seller"), bill_number, actor=actor)
    require_duty(actor, Duty.ADJUST_BILLS, _("adjust a bill"), rule="R3.2")
    return record_adjustment(bill, amount, reason, actor=actor)


def record_adjustment(
    bill: Bill,
    amount: Decimal,
    reason: str,
    *,
    actor: User,
    by: MoneyAct = MoneyAct.ADJUSTMENT,
    about: tuple[str, str] | None = None,
) -> Adjustment:
    """The adjustment with its act, by whatever act it comes about. The seller is locked."""
    require_signed(amount, bill.currency, rule="R3.2")
    reason, number = require_text("reason", reason, rule="R3.2"), next_number("AD")
    about = about or ("bill", bill.number)
    authorise(Moved(by, number, bill.seller, amount, bill.currency, about), actor=actor)
    adjustment = Adjustment.objects.create(
        number=number,
        seller=bill.seller,
        bill=bill,
        amount=amount,
        currency=bill.currency,
        reason=reason,
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
