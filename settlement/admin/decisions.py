"""What an operator can do with a refund."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from koogallery.admin import facts
from koogallery.admin.deciding import Decision, refused_by
from koogallery.duties import Duty
from koogallery.kit.names import TEXT_LENGTH
from koogallery.kit.seen import Seen
from koogallery.models import User
from settlement.choices import RefundState
from settlement.models import Refund
from settlement.services.previews.refunds import Simulation
from settlement.services.refunds import lifecycle
from settlement.services.refunds.effects import approve_as_seen, shown_now


class PaidForm(forms.Form):
    refunded_at = facts.instant(
        "Paid out at", "When the customer’s money left, as the payment system says.", required=True
    )


class CommentForm(forms.Form):
    comment = forms.CharField(
        required=False, max_length=TEXT_LENGTH, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="Seller and customer read it.",
    )


@dataclass(frozen=True, slots=True)
class ShownRefund(Seen):
    """What is approved, with the simulation for the page to show it well."""

    simulation: Simulation | None = None
    unavailable: str = ""


def _effect(number: str, *, actor: User) -> ShownRefund:
    shown = shown_now(Refund.objects.visible_to(actor).get(number=number))
    return ShownRefund(shown.seen.facts, shown.simulation, shown.unavailable)


_of_approval = refused_by(lifecycle.require_approver)


def _of_agreement(refund: Refund, _: User) -> str:
    waits = refund.state == RefundState.SELLER_REVIEW
    return "" if waits else "The seller's review is not due."


def _of_move(target: RefundState) -> Callable[[Refund, User], str]:
    def refusal(refund: Refund, _: User) -> str:
        return "" if refund.may_move_to(target) else f"It is {refund.get_state_display()} now."

    return refusal


#: In the order of their buttons.
DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="agree",
            duty=Duty.DECIDE_REFUNDS,
            label="Record the seller's agreement",
            question="Has the seller agreed to this refund?",
            form=CommentForm,
            act=lifecycle.agree_refund,
            refusal=_of_agreement,
            done="The seller's agreement is recorded.",
        ),
        Decision(
            verb="approve",
            duty=Duty.DECIDE_REFUNDS,
            label="Approve",
            question="Approve this refund?",
            form=CommentForm,
            act=approve_as_seen,
            refusal=_of_approval,
            done="Your approval is recorded.",
            foresee=_effect,
            is_entered_first=False,
        ),
        Decision(
            verb="reject",
            duty=Duty.DECIDE_REFUNDS,
            label="Reject",
            question="Reject this refund?",
            form=ReasonForm,
            act=lifecycle.reject_refund,
            refusal=_of_move(RefundState.REJECTED),
            done="The refund is rejected.",
            is_final=True,
        ),
        Decision(
            verb="complete",
            duty=Duty.REPORT_REFUNDS,
            label="Report as paid out",
            question="Has the customer been paid?",
            form=PaidForm,
            act=lifecycle.complete_refund,
            refusal=_of_move(RefundState.REFUNDED),
            done="The refund is reported as paid out.",
            is_final=True,
        ),
        Decision(
            verb="withdraw",
            duty=Duty.REQUEST_REFUNDS,
            label="Withdraw",
            question="Has the customer withdrawn this refund?",
            form=forms.Form,
            act=lifecycle.withdraw_refund,
            refusal=_of_move(RefundState.WITHDRAWN),
            done="The refund is withdrawn.",
            is_final=True,
        ),
    )
}


def why_not_approve(refund: Refund, user: User) -> str:
    """Told where the approval is due, but not from this user (R4.4)."""
    due = refund.state == RefundState.OPERATOR_REVIEW
    return DECISIONS["approve"].refusal(refund, user) if due else ""
