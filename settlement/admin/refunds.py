"""The refund desk: the queue, one refund with all that its decision rests on, the decision.

All that an operator looks at before deciding a refund, gathered (R4.3).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, by_verb, decision_of, opens_with
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.reading import may, operator_of
from koogallery.duties import Duty
from koogallery.kit.errors import DomainError
from koogallery.languages import Text
from koogallery.models import Act, User
from sellers.models import Order
from settlement import tasks
from settlement.admin.recoveries import path_table
from settlement.admin.refund_batches import approve, batch_of
from settlement.choices import CLAIMING, RefundState
from settlement.models import BillLine, Recovery, Refund, RefundApproval
from settlement.readings.billing import reasons_of, with_billing
from settlement.services.previews.kept import kept_simulation
from settlement.services.previews.refunds import Simulation
from settlement.services.refunds import lifecycle
from settlement.services.refunds.approvals import (
    Missing,
    approvals_due,
    claims_beside,
    missing_approvals,
)
from settlement.services.refunds.effects import ShownRefund, approve_as_seen, shown_now
from settlement.services.refunds.standards import standing_of, with_standing


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


@admin.register(Refund)
class RefundAdmin(ExportingAdmin, DecidingAdmin):
    exported = "refunds"
    decisions = DECISIONS
    list_display = [
        "number",
        "seller",
        "order",
        "amount",
        "state",
        "waiting_for",
        "standards",
        "given",
        "requested_by",
    ]
    list_filter = [
        opens_with(RefundState.OPERATOR_REVIEW),
        "seller",
        "requested_at",
        "refunded_at",
        "amount",
    ]
    search_fields = ["number__exact", "order__number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name", "order__customer_name"]
    search_help_text = _(
        "Number of a refund, an order or a seller, or a seller’s or customer’s name"
    )
    ordering = ["requested_at", "pk"]
    actions = ["approve_together"]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return may(request, Duty.DECIDE_REFUNDS)

    @admin.action(permissions=["decide"], description=_("Approve together…"))
    def approve_together(
        self, request: HttpRequest, queryset: QuerySet[Refund]
    ) -> HttpResponse | None:
        """Ask once with every effect; then approve what is still as it was shown."""
        user, sent = operator_of(request), request.POST
        selected = list(queryset.select_related("seller", "order", "requested_by"))
        try:
            batch = batch_of(selected, user, sent)
            if "confirmed" in sent:
                approve(batch, sent, user)
        except DomainError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return None
        if batch.approved:
            told = gettext(", ").join(batch.approved)
            self.message_user(
                request,
                gettext("Your approval is recorded: %(numbers)s.") % {"numbers": told},
                messages.SUCCESS,
            )
        if "confirmed" in sent:
            for refund, reason in batch.skipped:
                self.message_user(request, f"{refund.number}: {reason}", messages.WARNING)
        if "confirmed" in sent and not batch.refused:
            return redirect(reverse("admin:settlement_refund_changelist"))
        if batch.approved:
            left = [each for each in selected if each.number not in batch.approved]
            batch = replace(batch_of(left, user, sent), refused=batch.refused)
        template = "admin/settlement/refund/approve_together.html"
        return self.framed(request, template, title=gettext("Approve these refunds?"), batch=batch)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        refunds: QuerySet[Refund] = super().get_queryset(request)
        counted = refunds.annotate(approvals_given=Count("approvals"))
        shown = with_standing(counted).prefetch_related("approvals")
        return shown.select_related(*self.list_select_related)

    waiting_for = columns.age("requested_at")

    @columns.shown(_("Standards"), tones={"hold": "success", "fail": "warning"})
    def standards(self, refund: Refund) -> tuple[str, str]:
        failing = len(standing_of(refund).failing)
        return (
            ("fail", gettext("%(count)s failing") % {"count": failing})
            if failing
            else ("hold", gettext("All hold"))
        )

    @columns.shown(_("Approvals"))
    def given(self, refund: Any) -> str:
        return columns.given(refund.approvals_given, refund.approvals_needed)

    def page_context(self, row: Refund, user: User) -> dict[str, Any]:
        return {"desk": desk_of(row, user), "standing": standing_of(row)}

    def question_context(self, request: HttpRequest, row: Refund) -> dict[str, Any]:
        return {
            "claims": claims_beside(row),
            "approvals_due": approvals_due(row),
            "standing": standing_of(row),
        }
