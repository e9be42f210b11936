"""Approving issued bills. What a bill says never changes: only its state moves (R3.2, R3.3).

Who has looked at a bill already, and what its second approver is shown (R4.4).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from koogallery import audit
from koogallery.acts import ActsOn, Said, TwoPeople, Who, act_of_two
from koogallery.approvals import Facts
from koogallery.asks import REASON_FOR_SELLER
from koogallery.duties import Duty
from koogallery.kit.money import ZERO
from koogallery.kit.seen import Fact, money
from koogallery.models import ApprovalRequest, User
from koogallery.notices import anew, tell
from settlement.choices import BillState, MoneyAct
from settlement.models import Bill
from settlement.services.authorisations import Moved, authorise
from settlement.services.bills.invoices import open_invoicing_list
from settlement.services.bills.self_billing import self_bill
from settlement.services.closing.bill_reviews import require_looked_at
from settlement.services.validation import require_text

#: As the database sees it for itself (`was_previewed_by`), of the approver of each preview.
_PREVIEWERS = """
SELECT DISTINCT v.approved_by_id
FROM settlement_billrunseller p
JOIN settlement_billrun r ON r.id = p.run_id
JOIN settlement_billpreview v ON v.id = r.preview_id
JOIN settlement_bill b ON b.seller_id = p.seller_id AND b.id = %(bill)s
WHERE v.approved_by_id <> %(other_than)s AND was_previewed_by(b, v.approved_by_id)
LIMIT 1
"""


def previewed_by(bill: Bill, *, other_than: User) -> User | None:
    """Another person who approved the preview that the bill was issued from."""
    found = User.objects.raw(
        f"SELECT * FROM koogallery_user WHERE id IN ({_PREVIEWERS})",  # noqa: S608  # no input
        {"bill": bill.pk, "other_than": other_than.pk},
    )
    return next(iter(found), None)


def what_it_says(request: ApprovalRequest) -> Facts:
    """An issued bill never changes; approving it moves nothing else."""
    bill = Bill.objects.get(number=request.object_number)
    yield Fact("cycle", bill.cycle)
    for name in ("settlement_amount", "recovered", "net_payable"):
        yield Fact(name, money(getattr(bill, name), bill.currency))
    yield Fact("state", bill.state)


BILLS = Bill.objects.select_related("seller")
APPROVERS = Who(Duty.APPROVE_BILLS)
by_approvers = ActsOn(BILLS, by=APPROVERS, rule="R3.3")


@act_of_two(
    "approve",
    BILLS,
    TwoPeople("bill", _("Approve a bill"), what_it_says),
    by=APPROVERS,
    rule="R3.3",
    when=(BillState.PENDING_APPROVAL,),
    unless=require_looked_at,
    said=Said(
        label=_("Approve"), question=_("Approve this bill?"), done=_("The bill is approved.")
    ),
)
def approve_bill(bill: Bill, *, actor: User) -> Bill:
    """The seller may invoice it now, or the platform does so by its consent (R8.3).

    A bill that pays nothing is closed instead.

    Refused while a guard rail stands against it that nobody looked at (R1.6). Who approved the
    preview that it comes from has seen it too: they and another one are two. A bill that was not
    previewed takes two from the limit on (R4.4).
    """
    about, second = ("bill", bill.number), previewed_by(bill, other_than=actor)
    moved = Moved(MoneyAct.BILL, bill.number, bill.seller, bill.net_payable, bill.currency, about)
    authorise(moved, actor=actor, second=second)
    pays_nothing = bill.net_payable == ZERO
    target = BillState.CLOSED_WITHOUT_PAYMENT if pays_nothing else BillState.PENDING_INVOICE
    _move(bill, target, "approved", actor)
    tell("bill_approved", bill)
    if (
        target == BillState.PENDING_INVOICE
        and (reason := self_bill(bill, approver=actor)) is not None
    ):
        open_invoicing_list(bill, why_not_self_billed=reason)
    return bill


@by_approvers(
    "reject",
    to=BillState.APPROVAL_REJECTED,
    asks=REASON_FOR_SELLER,
    said=Said(label=_("Reject"), question=_("Reject this bill?"), done=_("The bill is rejected.")),
)
def reject_bill(bill: Bill, reason: str, *, actor: User) -> Bill:
    """Not approved, with the reason; it can be submitted again."""
    reason = require_text("reason", reason, rule="R3.3")
    _move(bill, BillState.APPROVAL_REJECTED, "rejected", actor, state_reason=reason)
    tell("bill_rejected", bill, anew(bill), reason=reason)
    return bill


@by_approvers(
    "resubmit",
    when=(BillState.APPROVAL_REJECTED,),
    said=Said(
        label=_("Submit again"),
        question=_("Is what it was rejected for cleared up?"),
        done=_("The bill waits for approval again."),
    ),
)
def resubmit_bill(bill: Bill, *, actor: User) -> Bill:
    """Back to approval, once what it was rejected for is cleared up."""
    return _move(bill, BillState.PENDING_APPROVAL, "resubmitted", actor, state_reason="")


def _move(bill: Bill, target: BillState, verb: str, actor: User, **columns: Any) -> Bill:
    bill.move_to(target, **columns)
    audit.note(actor, verb, bill, state=target, **columns)
    return bill
