"""The bank's side of the payments desk: statements, their lines, what lies in suspense (R8.2)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminFileFieldWidget

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, by_verb, decision_of, opens_with
from koogallery.admin.filters import ChoiceFilter
from koogallery.admin.new_work import new_work
from koogallery.duties import Duty
from koogallery.kit.seen import Fact, Seen, money
from koogallery.models import Act, User
from koogallery.settlement_time import ZONE
from settlement.choices import LineState
from settlement.models import BankLine, BankStatement
from settlement.readings.bank_lines import all_open, suggestions_for
from settlement.readings.payments_desk import gaps_of, unconfirmed_lines
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.effects import attribute_as_seen, effect_of
from settlement.services.banking.reversing import reverse_statement
from settlement.services.banking.taking import rehearsed, take_statement

#: Lines of a statement that its page shows; the list of lines has all.
SHOWN = 500
#: Of a file that is not taken yet.
FORESEEN = 100

_SUSPENSE = Q(lines__state=LineState.SUSPENSE)


class StatementForm(forms.Form):
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget(),
        help_text=_("As the bank sent it: camt.052, camt.053, camt.054, MT940 or pain.002."),
    )

    def clean_file(self) -> bytes:
        return bytes(self.cleaned_data["file"].read())


def _foresee(entered: Mapping[str, Any], actor: User) -> Seen:
    """What would be matched and what would lie in suspense; tried, and rolled back."""
    now = timezone.now()
    with rehearsed(entered["file"], actor=actor) as taken:
        told = [fact for each in taken.statements for fact in _facts_of(each, now)]
    return Seen.of([Fact("file", sha256(entered["file"]).hexdigest()), *told])


def _facts_of(statement: BankStatement, now: datetime) -> Iterator[Fact]:
    if statement.taken_at < now:
        yield Fact("taken_already", statement.number)
        return
    lines, suspense = statement.lines.with_names(), LineState.SUSPENSE
    yield Fact("format", statement.format)
    if statement.account:
        yield Fact("account", statement.account)
    if statement.closing is not None:
        yield Fact("closing_balance", money(statement.closing, statement.currency))
    yield Fact("lines", lines.count())
    yield Fact("lines_in_suspense", lines.filter(state=suspense).count())
    for line in lines.order_by("line_no")[:FORESEEN]:
        named = line.payout or line.batch or (line.payment and line.payment.receivable)
        of = getattr(named, "number", "") or line.counterparty_name or line.text[:40]
        amount = money(line.amount, line.currency)
        if line.purpose:
            yield Fact(line.purpose, amount, of)
        elif line.state == suspense:
            yield Fact("in_suspense", amount, of)
        else:
            yield Fact("taken_already", amount, of)
    for status in statement.statuses:
        of = status["end_to_end_id"] or status["message_id"]
        yield Fact("payouts_that_fail", status["failed"], of)


class GapFilter(ChoiceFilter):
    """Statements that do not follow the one before (R8.2)."""

    title = _("gap")
    parameter_name = "gap"
    conditions = {
        "yes": (
            _("Does not follow the one before"),
            lambda: Q(pk__in=gaps_of(BankStatement.objects.balanced())),
        )
    }


@admin.register(BankStatement)
class BankStatementAdmin(DecidingAdmin):
    decisions = by_verb(decision_of(reverse_statement))
    list_display = [
        "number",
        "state",
        "format",
        "account",
        "closed_on",
        "closing",
        "gap",
        "lines_total",
        "in_suspense",
        "taken_at",
    ]
    list_filter = ["state", "format", GapFilter, "currency", "closed_on", "taken_at"]
    search_fields = ["number__exact", "reference__exact", "lines__number__exact"]
    search_help_text = _("Number of a statement or of a line of it, or the bank's own reference")
    ordering = ["-pk"]
    asking = Duty.RECORD_PAYMENTS
    actions_list = ["take"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankStatement]:
        rows: QuerySet[BankStatement] = super().get_queryset(request)
        return rows.annotate(
            lines_count=Count("lines"), suspense_count=Count("lines", filter=_SUSPENSE)
        )

    @columns.shown(_("Lines"))
    def lines_total(self, statement: BankStatement) -> str:
        return str(statement.lines_count)  # type: ignore[attr-defined]

    @columns.shown(_("In suspense"))
    def in_suspense(self, statement: BankStatement) -> str:
        return str(statement.suspense_count or "")  # type: ignore[attr-defined]

    @columns.shown(_("Gap"))
    def gap(self, statement: BankStatement) -> str:
        found = gaps_of([statement]).get(statement.pk)
        return "" if found is None else f"{found:f}"

    # The same file again leads to what was taken before.
    take = new_work(
        StatementForm,
        lambda entered, actor: take_statement(entered["file"], actor=actor).statements[0],
        foresee=_foresee,
        description=_("Take a file of the bank…"),
        url_path="take",
        done=_("The file is taken; what it names is matched, the rest lies in suspense."),
        question=_("Take a file of the bank?"),
        consequence=_("Payouts that it shows are paid or returned, and sellers are notified."),
        label=_("Take it"),
    )

    def page_context(self, row: BankStatement, user: User) -> dict[str, Any]:
        lines = row.lines.with_names().order_by("line_no")
        return {
            "lines": lines[:SHOWN],
            "lines_left": max(row.lines.count() - SHOWN, 0),
            "gap": gaps_of([row]).get(row.pk),
            "acts": _acts("bank statement", row.number),
        }


class ToldFilter(ChoiceFilter):
    """Lines that a notification told, and no statement of their day (R8.2)."""

    title = _("told by")
    parameter_name = "told"
    conditions = {
        "unconfirmed": (
            _("A notification alone"),
            lambda: Q(pk__in=unconfirmed_lines().values("pk")),
        )
    }


@admin.register(BankLine)
class BankLineAdmin(DecidingAdmin):
    decisions = by_verb(
        decision_of(attribute_line, act=attribute_as_seen, foresee=effect_of),
    )
    list_display = [
        "number",
        "booked_on",
        "amount",
        "counterparty_name",
        "text",
        "state",
        "reason",
        "age",
        "seller",
    ]
    list_filter = [
        opens_with(LineState.SUSPENSE),
        ToldFilter,
        "reason",
        "purpose",
        "seller",
        "currency",
        "booked_on",
        "amount",
        "return_reason",
    ]
    search_fields = [
        "number__exact",
        "end_to_end_id__exact",
        "bank_reference__exact",
        "payout__number__exact",
        "payment__receivable__number__exact",
        "seller__number__exact",
        "counterparty_name__icontains",
        "text__icontains",
    ]
    search_help_text = _("Number of a line, payout, receivable or seller; an id, a name or a text")
    list_select_related = ["statement"]
    ordering = ["booked_on", "pk"]

    @columns.shown(_("Age"), ordering="booked_on")
    def age(self, line: BankLine) -> str:
        if line.state != LineState.SUSPENSE:
            return ""
        days = days_since(line.booked_on)
        return ngettext("%(number)s day", "%(number)s days", days) % {"number": days}

    def form_options(self, request: HttpRequest, row: BankLine, decision: Any) -> dict[str, Any]:
        """A suggestion fills the form in."""
        return {"initial": {"to": request.GET.get("to", "")}}

    def question_context(self, request: HttpRequest, row: BankLine) -> dict[str, Any]:
        return {"candidates": all_open(row)}

    def page_context(self, row: BankLine, user: User) -> dict[str, Any]:
        waits = row.state == LineState.SUSPENSE
        return {
            "suggestions": suggestions_for(row) if waits else [],
            "may_attribute": waits and user.may(Duty.RECORD_PAYMENTS),
            "age": days_since(row.booked_on),
            "acts": _acts("bank line", row.number),
        }


def days_since(day: date) -> int:
    return max((timezone.now().astimezone(ZONE).date() - day).days, 0)


def _acts(kind: str, number: str) -> Any:
    acts = Act.objects.filter(object_kind=kind, object_number=number)
    return acts.select_related("actor").order_by("pk")
