"""What waits for a second person: the queue, one request with its effect, the decision (R4.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timesince import timesince
from unfold.widgets import UnfoldAdminTextareaWidget

from koogallery import approvals
from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, QueueFilter, refused_by
from koogallery.admin.reading import operator_of
from koogallery.duties import Duty
from koogallery.kit.errors import DomainError
from koogallery.kit.names import TEXT_LENGTH
from koogallery.kit.seen import Fact, Seen
from koogallery.models import Act, ApprovalRequest, ApprovalState, User

TONES: Mapping[str, str] = {
    ApprovalState.PENDING: "warning",
    ApprovalState.APPROVED: "success",
    ApprovalState.REJECTED: "danger",
}
#: Each is tried and rolled back before it is shown.
MOST_AT_ONCE = 50


class CommentForm(forms.Form):
    comment = forms.CharField(
        required=False, max_length=TEXT_LENGTH, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="Who asked for it reads it.",
    )


def _effect(number: str, *, actor: User) -> Seen:
    return approvals.foreseen(ApprovalRequest.objects.visible_to(actor).get(number=number))


#: In the order of their buttons. Which duty it takes is the act's own, asked by the service.
DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="approve",
            duty=Duty.VIEW,
            label="Approve",
            question="Let this be done?",
            form=CommentForm,
            act=approvals.approve_request,
            refusal=refused_by(approvals.require_approver),
            done="Your approval is recorded.",
            foresee=_effect,
            is_entered_first=False,
        ),
        Decision(
            verb="reject",
            duty=Duty.VIEW,
            label="Reject",
            question="Shall this not be done?",
            form=ReasonForm,
            act=approvals.reject_request,
            refusal=refused_by(approvals.require_decider),
            done="The request is rejected; nothing was done.",
            is_final=True,
        ),
        Decision(
            verb="withdraw",
            duty=Duty.VIEW,
            label="Withdraw",
            question="Do you take this back?",
            form=forms.Form,
            act=approvals.withdraw_request,
            refusal=refused_by(approvals.require_withdrawer),
            done="The request is withdrawn; nothing was done.",
            is_final=True,
        ),
    )
}


class ApprovalQueue(QueueFilter):
    states = ApprovalState
    waiting = ApprovalState.PENDING


@dataclass(slots=True)
class Batch:
    """What is asked, with what would follow; and what is not open to this user."""

    shown: list[tuple[ApprovalRequest, Seen]] = field(default_factory=list)
    left_out: list[tuple[ApprovalRequest, str]] = field(default_factory=list)


@admin.register(ApprovalRequest)
class ApprovalRequestAdmin(DecidingAdmin):
    decisions = DECISIONS
    state_tones = TONES
    recorded_as = approvals.KIND
    list_display = [
        "number",
        "what",
        "about",
        "seller_number",
        columns.amount("amount", "Amount"),
        columns.state(TONES),
        "requested_by",
        "waiting_for",
    ]
    list_filter = [ApprovalQueue, "act"]
    search_fields = ["number__exact", "object_number__exact", "seller_number__exact"]
    search_help_text = "Number of a request, of what it is done to, or of a seller"
    list_select_related = ["requested_by"]
    ordering = ["requested_at", "pk"]
    actions = ["approve_together"]

    @columns.shown("Act", ordering="act")
    def what(self, asked: ApprovalRequest) -> str:
        return str(approvals.ACTS[asked.act].label)

    @columns.shown("Done to", ordering="object_number")
    def about(self, asked: ApprovalRequest) -> str:
        return f"{asked.object_kind} {asked.object_number}"

    @columns.shown("Age", ordering="requested_at")
    def waiting_for(self, asked: ApprovalRequest) -> str:
        return timesince(asked.requested_at, depth=1)

    @admin.action(description="Approve together…")
    def approve_together(
        self, request: HttpRequest, queryset: QuerySet[ApprovalRequest]
    ) -> HttpResponse | None:
        """Ask once with what follows from each; then every row says what became of it."""
        user, rows = operator_of(request), list(queryset[: MOST_AT_ONCE + 1])
        if len(rows) > MOST_AT_ONCE:
            told = f"These are too many to be looked at; take {MOST_AT_ONCE} at most."
            self.message_user(request, told, messages.ERROR)
            return None
        if "confirmed" in request.POST:
            return self._approve_each(request, rows, user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": "Approve these?",
            "batch": _batch_of(rows, user),
        }
        page = "admin/koogallery/approvalrequest/approve_together.html"
        return TemplateResponse(request, page, context)

    def _approve_each(
        self, request: HttpRequest, rows: Sequence[ApprovalRequest], user: User
    ) -> HttpResponse:
        sent, approved = request.POST, []
        for asked in rows:
            seen = sent.get(f"seen-{asked.number}", "-")
            try:
                approvals.approve_request(
                    asked.number, sent.get("comment", ""), seen=seen, actor=user
                )
            except DomainError as refusal:
                self.message_user(request, f"{asked}: {refusal.detail}", messages.ERROR)
            else:
                approved.append(asked.number)
        if approved:
            told = f"Your approval is recorded: {', '.join(approved)}."
            self.message_user(request, told, messages.SUCCESS)
        return redirect(reverse("admin:koogallery_approvalrequest_changelist"))

    def page_context(self, row: ApprovalRequest, user: User) -> dict[str, Any]:
        return {
            "act": approvals.ACTS[row.act],
            "shown": [Fact(*fact) for fact in row.shown],
            "why_not": DECISIONS["approve"].refusal(row, user)
            if row.state == ApprovalState.PENDING
            else "",
            "approvals": row.approvals.select_related("operator"),
            "acts": Act.objects.of(approvals.KIND, row.number),
        }

    def question_context(self, request: HttpRequest, row: ApprovalRequest) -> dict[str, Any]:
        return {"act": approvals.ACTS[row.act]}


def _batch_of(rows: Sequence[ApprovalRequest], user: User) -> Batch:
    batch = Batch()
    for asked in rows:
        try:
            approvals.require_approver(asked, user)
            batch.shown.append((asked, approvals.foreseen(asked)))
        except DomainError as refusal:
            batch.left_out.append((asked, refusal.detail))
    return batch
