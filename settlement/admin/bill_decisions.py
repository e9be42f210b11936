"""What an operator can do with a bill: move its state, or correct it on the next (R3.2, R3.3)."""

from collections.abc import Callable, Mapping

from django import forms

from koogallery.admin.deciding import Decision, refused_by
from koogallery.duties import Duty
from koogallery.models import User
from settlement.admin.asking import BillLookForm
from settlement.admin.entering import AdjustmentForm, ReasonForSellerForm
from settlement.admin.rehearsing import rehearsed
from settlement.choices import BillState
from settlement.models import Bill
from settlement.services.bills import adjustments, approval
from settlement.services.closing.bill_reviews import look_at_bill, require_looked_at


def _in_state(state: BillState) -> Callable[[Bill, User], str]:
    def refusal(bill: Bill, _: User) -> str:
        return "" if bill.state == state else f"It is {bill.get_state_display().lower()} now."

    return refusal


def _of_approval(bill: Bill, user: User) -> str:
    return _of_state(bill, user) or _of_looks(bill, user)


_of_state = refused_by(approval.require_approver)


_of_looks = refused_by(require_looked_at)


def _of_look(bill: Bill, user: User) -> str:
    return "" if _of_looks(bill, user) else "Nothing stands against it that is to be looked at."


def _look(number: str, *, seller: str, comment: str, actor: User) -> object:  # noqa: ARG001
    """The seller's number was typed as a sign that the page was read."""
    return look_at_bill(number, comment, actor=actor)


def _always(_bill: Bill, _user: User) -> str:
    return ""


def _seller_of(number: str) -> str:
    return Bill.objects.values_list("seller__number", flat=True).get(number=number)


#: In the order of their buttons.
DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="look",
            duty=Duty.APPROVE_BILLS,
            label="Record the look",
            question="Is this bill right?",
            form=BillLookForm,
            act=_look,
            refusal=_of_look,
            done="Your look is recorded; the bill can be approved.",
        ),
        Decision(
            verb="approve",
            duty=Duty.APPROVE_BILLS,
            label="Approve",
            question="Approve this bill?",
            form=forms.Form,
            act=approval.approve_bill,
            refusal=_of_approval,
            done="The bill is approved.",
        ),
        Decision(
            verb="reject",
            duty=Duty.APPROVE_BILLS,
            label="Reject",
            question="Reject this bill?",
            form=ReasonForSellerForm,
            act=approval.reject_bill,
            refusal=_in_state(BillState.PENDING_APPROVAL),
            done="The bill is rejected.",
        ),
        Decision(
            verb="resubmit",
            duty=Duty.APPROVE_BILLS,
            label="Submit again",
            question="Is what it was rejected for cleared up?",
            form=forms.Form,
            act=approval.resubmit_bill,
            refusal=_in_state(BillState.APPROVAL_REJECTED),
            done="The bill waits for approval again.",
        ),
        Decision(
            verb="adjust",
            duty=Duty.ADJUST_BILLS,
            label="Adjust",
            question="Correct this bill on the seller’s next one?",
            form=AdjustmentForm,
            refusal=_always,
            done="The adjustment is recorded.",
            **rehearsed(adjustments.adjust_bill, _seller_of),
        ),
    )
}
