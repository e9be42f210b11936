"""All that an operator looks at before deciding a refund, gathered (R4.3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text
from koogallery.models import Act, User
from sellers.models import Order
from settlement import tasks
from settlement.admin.decisions import why_not_approve
from settlement.admin.recoveries import path_table
from settlement.choices import CLAIMING, RefundState
from settlement.models import BillLine, Recovery, Refund, RefundApproval
from settlement.readings.billing import reasons_of, with_billing
from settlement.services.previews.kept import kept_simulation
from settlement.services.previews.refunds import Simulation
from settlement.services.refunds.approvers import Missing, missing_approvals

#: What happens next, and who acts; for the states in which nobody decides here.
NEXT_STEPS = {
    RefundState.SELLER_REVIEW: _(
        "The seller reviews it first: it agrees, or rejects with a reason."
    ),
    RefundState.APPROVED: _("Waiting until the money is reported as returned."),
    RefundState.REFUNDED: _("The money has been returned to the customer."),
    RefundState.WITHDRAWN: _("Withdrawn by the customer. The customer may apply again."),
}


@dataclass(frozen=True, slots=True)
class Desk:
    refund: Refund
    order: Order
    unbilled_reasons: tuple[str, ...]
    lines: QuerySet[BillLine]
    other_refunds: QuerySet[Refund]
    approvals: QuerySet[RefundApproval]
    acts: QuerySet[Act]
    missing: Missing
    why_not: str
    next_step: Text
    cost: "Cost"


@dataclass(frozen=True, slots=True)
class Cost:
    """Who pays: simulated before the decision, the path itself once there is a recovery."""

    simulation: Simulation | None = None
    recovery: Recovery | None = None
    path: SafeString | str = ""
    unavailable: str = ""
    as_of: datetime | None = None
    is_awaited: bool = False


def desk_of(refund: Refund, user: User) -> Desk:
    order = with_billing(Order.objects.all()).get(pk=refund.order_id)
    return Desk(
        refund=refund,
        order=order,
        unbilled_reasons=reasons_of(order, timezone.now()),
        lines=order.bill_lines.select_related("bill").order_by("bill__cycle", "line_no")[:20],
        other_refunds=order.refunds.exclude(pk=refund.pk),
        approvals=refund.approvals.select_related("operator").order_by("pk"),
        acts=Act.objects.of("refund", refund.number),
        missing=missing_approvals(refund),
        why_not=why_not_approve(refund, user),
        next_step=NEXT_STEPS.get(RefundState(refund.state), ""),
        cost=cost_of(refund),
    )


def cost_of(refund: Refund) -> Cost:
    """A refund that claims nothing costs nobody anything."""
    recovery = Recovery.objects.filter(refund=refund).select_related("seller").first()
    if recovery:
        return Cost(recovery=recovery, path=path_table(recovery))
    if refund.state not in CLAIMING or refund.state == RefundState.REFUNDED:
        return Cost()
    kept = kept_simulation(refund)
    awaited = tasks.await_forecast(kept, refund.seller.number, refund.number, insisted=True)
    return Cost(kept.shown, unavailable=kept.refused, as_of=kept.as_of, is_awaited=awaited)
