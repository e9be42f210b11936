"""Correcting an issued bill by an amount on the seller's next one (R3.2)."""

from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act_of_two
from koogallery.asks import REASON_FOR_SELLER, Amount, Asks
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict
from koogallery.kit.money import format_amount
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from settlement.choices import MoneyAct
from settlement.models import Adjustment, Bill
from settlement.services.authorisations import Moved, authorise
from settlement.services.previews.effects import on_the_seller
from settlement.services.validation import require_signed, require_text

ADJUSTMENT = Asks(
    "BillAdjustmentInput",
    (
        Amount(
            name="amount",
            label=_("Amount"),
            help=_("In the currency of the bill; below 0 it is taken from the seller."),
            rule="R3.2",
        ),
        *REASON_FOR_SELLER,
    ),
)


@act_of_two(
    "adjust",
    Bill.objects.select_related("seller"),
    TwoPeople("adjustment", _("Adjust a bill"), on_the_seller),
    by=Who(Duty.ADJUST_BILLS),
    rule="R3.2",
    asks=ADJUSTMENT,
    said=Said(
        label=_("Adjust"),
        question=_("Correct this bill on the seller’s next one?"),
        done=_("The adjustment is recorded."),
    ),
)
def adjust_bill(bill: Bill, amount: Decimal, reason: str, *, actor: User) -> Adjustment:
    """Record a difference found later; positive amounts are paid to the seller."""
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
    _require_a_next_bill(bill)
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
    audit.note(
        actor,
        "adjusted",
        bill,
        adjustment=adjustment.number,
        amount=format_amount(amount, bill.currency),
        currency=bill.currency,
        reason=adjustment.reason,
    )
    tell("adjustment_recorded", adjustment)
    return adjustment


def _require_a_next_bill(bill: Bill) -> None:
    if bill.seller.left_at:
        raise Conflict(
            gettext("%(seller)s has left: there is no next bill.") % {"seller": bill.seller},
            code="no_next_bill",
            rule="R3.2",
        )
