"""The refund desk: the queue, one refund with all that its decision rests on, the decision."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.timesince import timesince
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, QueueFilter
from koogallery.models import User
from settlement.admin import tones
from settlement.admin.decisions import DECISIONS
from settlement.admin.desk import cost_of, desk_of
from settlement.choices import RefundState
from settlement.models import Refund


class RefundQueue(QueueFilter):
    states = RefundState
    waiting = RefundState.OPERATOR_REVIEW


@admin.register(Refund)
class RefundAdmin(DecidingAdmin):
    decisions = DECISIONS
    state_tones = tones.REFUND
    list_display = [
        "number",
        columns.link("seller", "Seller"),
        columns.link("order", "Order"),
        columns.amount("amount", "Amount"),
        columns.state(tones.REFUND),
        "waiting_for",
        "standards",
        "given",
        "requested_by",
    ]
    list_filter = [RefundQueue, ("seller", AutocompleteSelectFilter)]
    search_fields = ["number__exact", "order__number__exact", "seller__number__exact"]
    search_help_text = "Number of a refund, an order or a seller"
    list_select_related = ["seller", "order", "requested_by"]
    ordering = ["requested_at", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        refunds: QuerySet[Refund] = super().get_queryset(request)
        return refunds.annotate(approvals_given=Count("approvals"))

    @columns.shown("Age", ordering="requested_at")
    def waiting_for(self, refund: Refund) -> str:
        return timesince(refund.requested_at, depth=1)

    @columns.shown("Standards", tones={"hold": "success", "fail": "warning"})
    def standards(self, refund: Refund) -> tuple[str, str]:
        failing = sum(not check["holds"] for check in refund.checks)
        return ("fail", f"{failing} failing") if failing else ("hold", "All hold")

    @columns.shown("Approvals")
    def given(self, refund: Any) -> str:
        return f"{refund.approvals_given} of {refund.approvals_needed}"

    def page_context(self, row: Refund, user: User) -> dict[str, Any]:
        return {"desk": desk_of(row, user)}

    def question_context(self, row: Refund) -> dict[str, Any]:
        return {"cost": cost_of(row)}
