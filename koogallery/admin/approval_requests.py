"""What waits for a second person: the queue, one request with its effect, the decision (R4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery import approvals, approving
from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, by_verb, decision_of, opens_with
from koogallery.admin.filters import in_words
from koogallery.admin.reading import operator_of
from koogallery.kit.errors import DomainError
from koogallery.kit.seen import Fact, Seen
from koogallery.models import Act, ApprovalRequest, ApprovalState, User
from koogallery.vocabulary import word

#: Each is tried and rolled back before it is shown.
MOST_AT_ONCE = 50


def _effect(number: str, *, actor: User) -> Seen:
    return approvals.foreseen(ApprovalRequest.objects.visible_to(actor).get(number=number))


#: In the order of their buttons.
DECISIONS = by_verb(
    decision_of(approving.approve_request, foresee=_effect, is_entered_first=False),
    decision_of(approving.reject_request),
    decision_of(approving.withdraw_request),
)


def _label_of(act: str) -> str:
    return str(approvals.ACTS[act].label) if act in approvals.ACTS else act


class _Waiting(opens_with(ApprovalState.PENDING)):  # type: ignore[misc]
    """Without what can no longer be done."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == ApprovalState.PENDING:
            queryset = queryset.filter(pk__in=approving.waiting().values("pk"))
        rows: QuerySet[Any] = super().queryset(request, queryset)
        return rows


@dataclass(slots=True)
class Batch:
    """What is asked, with what would follow; and what is not open to this user."""

    shown: list[tuple[ApprovalRequest, Seen]] = field(default_factory=list)
    left_out: list[tuple[ApprovalRequest, str]] = field(default_factory=list)


@admin.register(ApprovalRequest)
class ApprovalRequestAdmin(DecidingAdmin):
    decisions = DECISIONS
    recorded_as = approvals.KIND
    list_display = [
        "number",
        "what",
        "about",
        "seller_number",
        columns.amount("amount", _("Amount")),
        columns.state(ApprovalState),
        "requested_by",
        "waiting_for",
    ]
    list_filter = [_Waiting, ("act", in_words(_label_of))]
    search_fields = ["number__exact", "object_number__exact", "seller_number__exact"]
    search_help_text = _("Number of a request, of what it is done to, or of a seller")
    ordering = ["requested_at", "pk"]
    actions = ["approve_together"]

    @columns.shown(_("Act"), ordering="act")
    def what(self, asked: ApprovalRequest) -> str:
        return _label_of(asked.act)

    @columns.shown(_("Done to"), ordering="object_number")
    def about(self, asked: ApprovalRequest) -> str:
        return f"{word(asked.object_kind)} {asked.object_number}"

    waiting_for = columns.age("requested_at")

    @admin.action(description=_("Approve together…"))
    def approve_together(
        self, request: HttpRequest, queryset: QuerySet[ApprovalRequest]
    ) -> HttpResponse | None:
        """Ask once with what follows from each; then every row says what became of it."""
        user, rows = operator_of(request), list(queryset[: MOST_AT_ONCE + 1])
        if len(rows) > MOST_AT_ONCE:
            told = gettext("These are too many to be looked at; take %(most)s at most.") % {
                "most": MOST_AT_ONCE
            }
            self.message_user(request, told, messages.ERROR)
            return None
        if "confirmed" in request.POST:
            return self._approve_each(request, rows, user)
        template = "admin/koogallery/approvalrequest/approve_together.html"
        batch = Batch()
        for asked in rows:
            try:
                approving.approve_request.require(asked, user)
                batch.shown.append((asked, approvals.foreseen(asked)))
            except DomainError as refusal:
                batch.left_out.append((asked, refusal.detail))
        shown = {"title": gettext("Approve these?"), "batch": batch}
        return self.framed(request, template, **shown)

    def _approve_each(
        self, request: HttpRequest, rows: Sequence[ApprovalRequest], user: User
    ) -> HttpResponse:
        sent, approved = request.POST, []
        for asked in rows:
            seen = sent.get(f"seen-{asked.number}", "-")
            try:
                approving.approve_request(
                    asked.number, sent.get("comment", ""), seen=seen, actor=user
                )
            except DomainError as refusal:
                self.message_user(request, f"{asked}: {refusal.detail}", messages.ERROR)
            else:
                approved.append(asked.number)
        if approved:
            told = gettext("Your approval is recorded: %(numbers)s.") % {
                "numbers": gettext(", ").join(approved)
            }
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
