"""The disputes: the queue, one dispute with what is disputed, its answer (R3.4)."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, by_verb, decision_of, opens_with
from koogallery.admin.exporting import ExportingAdmin
from koogallery.models import User
from settlement.admin.standing import rehearsed
from settlement.choices import DisputeState
from settlement.models import BillLine, Dispute
from settlement.readings.line_explanation import explanation_of
from settlement.services.bills import disputes


@admin.register(Dispute)
class DisputeAdmin(ExportingAdmin, DecidingAdmin):
    exported = "disputes"
    decisions = by_verb(
        decision_of(disputes.accept_dispute, **rehearsed(disputes.accept_dispute)),
        decision_of(disputes.decline_dispute),
        decision_of(disputes.withdraw_dispute),
    )
    list_display = [
        "number",
        "seller",
        "bill",
        "line_no",
        "state",
        "waiting_for",
        "reason",
        "opened_by",
    ]
    list_filter = [opens_with(DisputeState.OPEN), "seller", "opened_at"]
    search_fields = ["number__exact", "bill__number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a dispute, a bill or a seller, or a seller’s name")
    ordering = ["opened_at", "pk"]

    waiting_for = columns.age("opened_at")

    def page_context(self, row: Dispute, user: User) -> dict[str, Any]:
        line = _line_of(row)
        return {
            "line": line,
            "why": str(explanation_of(line)) if line else "",
            "why_not": disputes.decline_dispute.refusal(row, user)
            if row.state == DisputeState.OPEN
            else "",
            "others": row.bill.disputes.exclude(pk=row.pk),
        }


def _line_of(dispute: Dispute) -> BillLine | None:
    if dispute.line_no is None:
        return None
    lines = dispute.bill.lines.select_related(
        "bill", "order", "product", "usage_record", "adjustment__bill"
    )
    return lines.get(line_no=dispute.line_no)
