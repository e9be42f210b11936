"""Receivables: paid in parts, moved to the next bill, given another day, reminded of (R5.7)."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, by_verb, decision_of, opens_with
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.filters import ChoiceFilter
from koogallery.models import Notice, User
from settlement.admin.recoveries import path_table
from settlement.admin.standing import rehearsed
from settlement.choices import ReceivableState
from settlement.models import Receivable
from settlement.readings.recovery_paths import taken_since_opening
from settlement.services.recoveries import receivables, reminders


def _unless_paid(receivable: Receivable, _: User) -> str:
    return gettext("It is paid.") if receivable.state == ReceivableState.PAID else ""


class DueFilter(ChoiceFilter):
    title = _("due")
    parameter_name = "due"
    conditions = {
        "overdue": (_("Overdue"), lambda: Q(due_at__lt=timezone.now())),
        "later": (_("Not due yet"), lambda: Q(due_at__gte=timezone.now())),
    }


@admin.register(Receivable)
class ReceivableAdmin(ExportingAdmin, DecidingAdmin):
    exported = "receivables"
    decisions = by_verb(
        decision_of(
            receivables.pay_receivable,
            refusal=_unless_paid,
            **rehearsed(receivables.pay_receivable),
        ),
        decision_of(
            receivables.move_receivable_to_next_bill,
            **rehearsed(receivables.move_receivable_to_next_bill),
        ),
        decision_of(reminders.change_due_date),
        decision_of(reminders.remind),
    )
    list_display = [
        "number",
        "recovery",
        "seller",
        "state",
        "amount",
        columns.amount("recovery.outstanding", _("Outstanding")),
        "due_at",
    ]
    list_filter = [
        opens_with(ReceivableState.OPEN),
        DueFilter,
        "seller",
        "due_at",
        "opened_at",
        "amount",
    ]
    search_fields = ["number__exact", "recovery__refund__number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a receivable, a refund or a seller, or a seller’s name")
    ordering = ["due_at", "pk"]

    def page_context(self, row: Receivable, user: User) -> dict[str, Any]:
        is_open = row.state == ReceivableState.OPEN
        return {
            "is_overdue": is_open and row.due_at < timezone.now(),
            "taken": taken_since_opening(row),
            "path": path_table(row.recovery),
            "reminder_days": settings.RECEIVABLE_REMINDER_DAYS,
            "reminders": Notice.objects.filter(
                key__startswith=f"receivable_due:{row.number}:"
            ).order_by("pk"),
        }
