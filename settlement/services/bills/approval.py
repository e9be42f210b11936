"""Approving issued bills. What a bill says never changes: only its state moves (R3.2, R3.3)."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery import audit
from koogallery.approvals import takes_a_second_person
from koogallery.decided import already_decided
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.money import ZERO
from koogallery.models import User
from settlement import notices
from settlement.choices import BillState, MoneyAct
from settlement.models import Bill
from settlement.services.authorisations import Moved, authorise
from settlement.services.bills.approvers import previewed_by, what_it_says
from settlement.services.bills.invoices import open_invoicing_list
from settlement.services.closing.bill_reviews import require_looked_at
from settlement.services.locked import read_locked
from settlement.services.validation import require_text


@takes_a_second_person("bill", _("Approve a bill"), Duty.APPROVE_BILLS, effect=what_it_says)
@as_refusals()
@transaction.atomic
def approve_bill(number: str, *, actor: User) -> Bill:
    """The seller may invoice it now; a bill that pays nothing is closed instead.

    Refused while a guard rail stands against it that nobody looked at (R1.6). Who approved the
    preview that it comes from has seen it too: they and another one are two. A bill that was not
    previewed takes two from the limit on (R4.4).
    """
    bill = read_locked(Bill.objects.select_related("seller"), number, actor=actor)
    require_approver(bill, actor)
    require_looked_at(bill)
    about, second = ("bill", bill.number), previewed_by(bill, other_than=actor)
    moved = Moved(MoneyAct.BILL, bill.number, bill.seller, bill.net_payable, bill.currency, about)
    authorise(moved, actor=actor, second=second)
    pays_nothing = bill.net_payable == ZERO
    target = BillState.CLOSED_WITHOUT_PAYMENT if pays_nothing else BillState.PENDING_INVOICE
    _move(bill, target, "approved", actor)
    notices.bill_approved(bill)
    if target == BillState.PENDING_INVOICE:
        open_invoicing_list(bill)
    return bill


def require_approver(bill: Bill, actor: User) -> None:
    """Refuse whoever may not approve this bill now; pages tell the same reason beforehand."""
    require_duty(actor, Duty.APPROVE_BILLS, _("approve a bill"), rule="R3.3")
    if bill.state != BillState.PENDING_APPROVAL:
        raise already_decided(bill, "bill", rule="R3.3")


@as_refusals()
@transaction.atomic
def reject_bill(number: str, reason: str, *, actor: User) -> Bill:
    bill = read_locked(Bill.objects.all(), number, actor=actor)
    require_duty(actor, Duty.APPROVE_BILLS, _("reject a bill"), rule="R3.3")
    reason = require_text("reason", reason, rule="R3.3")
    _move(bill, BillState.APPROVAL_REJECTED, "rejected", actor, state_reason=reason)
    notices.bill_rejected(bill)
    return bill


@as_refusals()
@transaction.atomic
def resubmit_bill(number: str, *, actor: User) -> Bill:
    """Back to approval once what it was rejected for is cleared up."""
    bill = read_locked(Bill.objects.all(), number, actor=actor)
    require_duty(actor, Duty.APPROVE_BILLS, _("submit a bill for approval"), rule="R3.3")
    return _move(bill, BillState.PENDING_APPROVAL, "resubmitted", actor, state_reason="")


def _move(bill: Bill, target: BillState, verb: str, actor: User, **columns: Any) -> Bill:
    bill.move_to(target, modified_at=timezone.now(), **columns)
    audit.record(
        actor,
        verb,
        "bill",
        bill.number,
        seller=bill.seller.number,
        row=bill,
        state=target,
        **columns,
    )
    return bill
