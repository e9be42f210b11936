"""What an operator can do with a refund."""

from django.utils.translation import gettext_lazy as _

from koogallery.admin.deciding import by_verb, decision_of
from koogallery.models import User
from settlement.choices import RefundState
from settlement.models import Refund
from settlement.services.refunds import lifecycle
from settlement.services.refunds.effects import ShownRefund, approve_as_seen, shown_now


def _effect(number: str, *, actor: User) -> ShownRefund:
    return shown_now(Refund.objects.visible_to(actor).get(number=number))


#: In the order of their buttons.
DECISIONS = by_verb(
    decision_of(
        lifecycle.agree_refund,
        label=_("Record the seller's agreement"),
        question=_("Has the seller agreed to this refund?"),
        done=_("The seller's agreement is recorded."),
    ),
    decision_of(
        lifecycle.approve_refund, act=approve_as_seen, foresee=_effect, is_entered_first=False
    ),
    decision_of(lifecycle.reject_refund, done=_("The refund is rejected.")),
    decision_of(lifecycle.complete_refund),
    decision_of(lifecycle.withdraw_refund),
)


def why_not_approve(refund: Refund, user: User) -> str:
    """Told where the approval is due, but not from this user (R4.4)."""
    due = refund.state == RefundState.OPERATOR_REVIEW
    return DECISIONS["approve"].refusal(refund, user) if due else ""
