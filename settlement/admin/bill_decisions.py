"""What an operator can do with a bill: move its state, or correct it on the next (R3.2, R3.3)."""

from koogallery.admin.deciding import by_verb, decision_of
from koogallery.models import User
from settlement.admin.asking import BillLookForm
from settlement.admin.rehearsing import rehearsed
from settlement.services.bills import adjustments, approval
from settlement.services.closing.bill_reviews import look_at_bill


def _look(number: str, *, seller: str, comment: str, actor: User) -> object:  # noqa: ARG001
    """The seller's number was typed as a sign that the page was read."""
    return look_at_bill(number, comment, actor=actor)


#: In the order of their buttons.
DECISIONS = by_verb(
    decision_of(look_at_bill, act=_look, form=BillLookForm),
    decision_of(approval.approve_bill),
    decision_of(approval.reject_bill),
    decision_of(approval.resubmit_bill),
    decision_of(adjustments.adjust_bill, **rehearsed(adjustments.adjust_bill)),
)
