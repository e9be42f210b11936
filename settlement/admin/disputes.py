"""The disputes: the queue, one dispute with what is disputed, its answer (R3.4)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.timesince import timesince
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextareaWidget

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, QueueFilter, refused_by
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.filters import DayFilter
from koogallery.duties import Duty
from koogallery.kit.names import TEXT_LENGTH
from koogallery.models import Act, User
from settlement.admin import tones
from settlement.admin.rehearsing import rehearsed
from settlement.choices import DisputeState
from settlement.models import BillLine, Dispute
from settlement.readings.explanations import explanation_of
from settlement.services.bills import disputes


class AnswerForm(forms.Form):
    answer = forms.CharField(
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text="The seller reads it.",
    )


class AcceptanceForm(AnswerForm):
    amount = forms.DecimalField(
        label="Difference",
        required=False,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text="For the seller's next bill, in the currency of this one; below 0 it is taken "
        "from the seller. Leave it empty if nothing is to be paid.",
    )


_of_answer = refused_by(disputes.require_answerer)


def _of_withdrawal(dispute: Dispute, _: User) -> str:
    open_still = dispute.may_move_to(DisputeState.WITHDRAWN)
    return "" if open_still else f"It is {dispute.get_state_display()} now."


def _seller_of(number: str) -> str:
    return Dispute.objects.values_list("seller__number", flat=True).get(number=number)


#: In the order of their buttons.
DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="accept",
            duty=Duty.ANSWER_DISPUTES,
            label="Accept",
            question="Is the seller right?",
            form=AcceptanceForm,
            refusal=_of_answer,
            done="The dispute is accepted.",
            **rehearsed(disputes.accept_dispute, _seller_of),
        ),
        Decision(
            verb="decline",
            duty=Duty.ANSWER_DISPUTES,
            label="Decline",
            question="Was the bill right?",
            form=AnswerForm,
            act=disputes.decline_dispute,
            refusal=_of_answer,
            done="The dispute is declined.",
            is_final=True,
        ),
        Decision(
            verb="withdraw",
            duty=Duty.ANSWER_DISPUTES,
            label="Withdraw",
            question="Has the seller withdrawn this dispute?",
            form=forms.Form,
            act=disputes.withdraw_dispute,
            refusal=_of_withdrawal,
            done="The dispute is withdrawn.",
            is_final=True,
        ),
    )
}


class DisputeQueue(QueueFilter):
    states = DisputeState
    waiting = DisputeState.OPEN


@admin.register(Dispute)
class DisputeAdmin(ExportingAdmin, DecidingAdmin):
    exported = "disputes"
    decisions = DECISIONS
    state_tones = tones.DISPUTE
    list_display = [
        "number",
        columns.link("seller", "Seller"),
        columns.link("bill", "Bill"),
        "line_no",
        columns.state(tones.DISPUTE),
        "waiting_for",
        "reason",
        "opened_by",
    ]
    list_filter = [DisputeQueue, ("seller", AutocompleteSelectFilter), ("opened_at", DayFilter)]
    search_fields = ["number__exact", "bill__number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = "Number of a dispute, a bill or a seller, or a seller’s name"
    list_select_related = ["seller", "bill", "opened_by"]
    ordering = ["opened_at", "pk"]

    @columns.shown("Age", ordering="opened_at")
    def waiting_for(self, dispute: Dispute) -> str:
        return timesince(dispute.opened_at, depth=1)

    def page_context(self, row: Dispute, user: User) -> dict[str, Any]:
        line = _line_of(row)
        return {
            "line": line,
            "why": str(explanation_of(line)) if line else "",
            "why_not": _of_answer(row, user) if row.state == DisputeState.OPEN else "",
            "others": row.bill.disputes.exclude(pk=row.pk),
            "acts": Act.objects.filter(object_kind="dispute", object_number=row.number)
            .select_related("actor")
            .order_by("pk"),
        }


def _line_of(dispute: Dispute) -> BillLine | None:
    if dispute.line_no is None:
        return None
    lines = BillLine.objects.select_related(
        "bill", "order", "product", "usage_record", "adjustment__bill"
    )
    return lines.get(bill=dispute.bill, line_no=dispute.line_no)
