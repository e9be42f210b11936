"""Previews of a month: asked for, watched, looked at seller by seller, approved, run (R1.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import Decision, refused_by, sent_of
from koogallery.admin.filters import ChoiceFilter
from koogallery.admin.new_work import new_work, refuse_in
from koogallery.admin.reading import operator_of, page
from koogallery.dates import cycle_label
from koogallery.duties import Duty
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import DomainError
from koogallery.kit.figures import money_text
from koogallery.kit.language import marked_number
from koogallery.kit.seen import Fact, Seen
from koogallery.models import Act, User
from koogallery.settlement_time import has_ended
from koogallery.telling import BILLS, LINES, LOOKS_RECORDED, counted
from settlement import tasks
from settlement.admin import look_table
from settlement.admin.asking import CycleForm, LookForm
from settlement.admin.runs import BatchedAdmin, left_to_close
from settlement.admin.standing import standing_of
from settlement.choices import Look, PreviewState
from settlement.models import BillPreview, BillPreviewSeller
from settlement.services.closing.holds import holds_of
from settlement.services.previews import reviews, stored
from settlement.services.previews.preview import CurrencyTotals
from settlement.services.previews.totals import totals_of

WAITING = marked_number("%(count)s seller waits for a look.", "%(count)s sellers wait for a look.")
TO_LOOK_AT = marked_number("%(count)s seller to look at", "%(count)s sellers to look at")


def _in_state(*states: PreviewState) -> Any:
    def refusal(preview: BillPreview, _: User) -> str:
        if preview.state in states:
            return ""
        return gettext("It is in the state “%(state)s”.") % {"state": preview.state_label}

    return refusal


def _of_approval(preview: BillPreview, user: User) -> str:
    if not has_ended(Cycle(preview.cycle)):
        return gettext("Cycle %(cycle)s is still running.") % {"cycle": cycle_label(preview.cycle)}
    return (
        str(_in_state(PreviewState.READY)(preview, user))
        or _of_month(preview, user)
        or _of_another(preview, user)
        or _of_looks(preview)
    )


_of_another = refused_by(stored.require_another_approver)
_of_month = refused_by(lambda preview, _: stored.require_open(preview))


def _of_looks(preview: BillPreview) -> str:
    due = preview.parts.filter(look=Look.DUE).count()
    return counted(due, WAITING) if due else ""


def _of_run(preview: BillPreview, user: User) -> str:
    if preview.state != PreviewState.APPROVED:
        return gettext("It is not approved.")
    if run := getattr(preview, "run", None):
        return gettext("Bill run %(run)s issues it.") % {"run": run}
    return _of_month(preview, user)


def _look(number: str, *, seller: str, what: str, comment: str, seen: str, actor: User) -> object:
    return reviews.decide_look(number, seller, comment, hold=what == "hold", seen=seen, actor=actor)


@dataclass(frozen=True, slots=True)
class ShownPreview(Seen):
    """Its digest is the preview's own, by which the service knows what was seen."""

    own: str = ""

    @property
    def digest(self) -> str:
        return self.own


def _shown(number: str, *, actor: User) -> ShownPreview:
    preview = BillPreview.objects.visible_to(actor).get(number=number)
    totals = totals_of(preview)
    facts = [
        Fact("cycle", preview.cycle),
        Fact("asked_for_by", preview.requested_by or gettext("the schedule")),
        *(
            Fact("to_be_paid_in", _told(each), each.currency)
            for each in totals.by_currency.values()
        ),
        Fact("sellers_acknowledged", totals.acknowledged),
        Fact("sellers_held_back", totals.held_back),
        Fact("blocked_from_the_start", totals.blocked),
    ]
    return ShownPreview(Seen.of(facts).facts, preview.digest)


def _told(each: CurrencyTotals) -> str:
    payable = money_text(each.net_payable, each.currency)
    bills, lines = counted(each.bills, BILLS), counted(each.line_count, LINES)
    told = {"payable": payable, "bills": bills, "lines": lines}
    return gettext("%(payable)s on %(bills)s, %(lines)s") % told


def _run(number: str, *, actor: User) -> None:
    tasks.dispatch(stored.run_preview(number, actor=actor))


#: In the order of their buttons.
DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="approve",
            duty=Duty.APPROVE_BILLS,
            label=_("Approve"),
            question=_("Let exactly this be issued?"),
            form=forms.Form,
            act=stored.approve_preview,
            refusal=_of_approval,
            done=_("Approved. Start the run now, or leave it to the run day."),
            foresee=_shown,
            is_entered_first=False,
        ),
        Decision(
            verb="run",
            duty=Duty.RUN_BILLS,
            label=_("Start the run"),
            question=_("Issue what was approved now?"),
            form=forms.Form,
            act=_run,
            refusal=_of_run,
            done=_("The run is asked for."),
        ),
        Decision(
            verb="look",
            duty=Duty.APPROVE_BILLS,
            label=_("Record the look"),
            question=_("Is this seller’s bill right?"),
            form=LookForm,
            act=_look,
            refusal=_in_state(PreviewState.READY),
            done=_("Your look is recorded."),
        ),
    )
}


def _request(entered: Mapping[str, Any], actor: User) -> BillPreview:
    preview = stored.request_preview(entered["cycle"], entered["sellers"], actor=actor)
    tasks.dispatch(preview)
    return preview


def _foresee(entered: Mapping[str, Any], _: User) -> Seen | None:
    """Asked for at once, unless it would show less than it seems to (R1.7)."""
    facts = left_to_close(entered)
    return Seen.of(facts) if any(fact.name == "sellers_closed_already" for fact in facts) else None


class WaitsFilter(ChoiceFilter):
    title = _("waits for")
    parameter_name = "waits"
    conditions = {
        "approval": (
            _("Approval"),
            lambda: Q(pk__in=BillPreview.objects.to_approve().values("pk")),
        )
    }


@admin.register(BillPreview)
class BillPreviewAdmin(BatchedAdmin):
    decisions = DECISIONS
    list_display = [
        "number",
        "cycle",
        "state",
        "everyone",
        "sellers_total",
        "requested_by",
        "created_at",
        "approved_by",
        "its_run",
    ]
    list_filter = [WaitsFilter, "state", "everyone"]
    search_fields = ["number__exact", "cycle__exact"]
    search_help_text = _("Number of a preview, or a cycle")
    list_select_related = ["run"]
    actions_list = ["preview_a_cycle"]

    @columns.shown(_("Bill run"))
    def its_run(self, preview: BillPreview) -> SafeString | str:
        return columns.page_of(getattr(preview, "run", None))

    preview_a_cycle = new_work(
        CycleForm,
        _request,
        description=_("Preview a cycle…"),
        url_path="ask",
        question=_("Which cycle shall be previewed?"),
        label=_("Preview"),
        foresee=_foresee,
        only_warns=True,
        consequence=_(
            "Workers compute what a bill run would issue. Nothing is changed; the "
            "running month can be previewed too."
        ),
    )

    @page("<int:pk>/looks/", "settlement_billpreview_looks")
    def looks_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One table, one confirmation; each choice is bound to the figures beside it."""
        preview, actor = self._row(request, pk), operator_of(request)
        if not actor.may(Duty.APPROVE_BILLS):
            raise PermissionDenied
        if refusal := _in_state(PreviewState.READY)(preview, actor):
            return self._leave(request, preview, refusal, messages.ERROR)
        ticked = request.method == "GET" and request.GET.get("tick") == "all"
        rows = look_table.rows_of(preview, request.POST, all_ticked=ticked)
        form = look_table.TableForm(*sent_of(request), rows=rows)
        if form.is_valid():
            try:
                done = reviews.decide_table(preview.number, **form.cleaned_data, actor=actor)
            except DomainError as refusal_of_act:
                refuse_in(form, refusal_of_act)
            else:
                told = counted(len(done), LOOKS_RECORDED)
                return self._leave(request, preview, told, messages.SUCCESS)
        due = preview.parts.filter(look=Look.DUE).count()
        return self._page(
            request,
            "looks",
            preview,
            title=counted(due, TO_LOOK_AT),
            rows=rows,
            form=form,
            more=due - len(rows),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST":
            raise PermissionDenied
        preview, user = self._row(request, object_id), operator_of(request)
        totals = totals_of(preview)
        chosen = look_table.chosen_view(request.GET.get("show", ""), totals)
        return self._page(
            request,
            "page",
            preview,
            title=str(preview),
            decisions=[each for each in self.open_to(preview, user) if each.verb != "look"],
            may_look="look" in {each.verb for each in self.open_to(preview, user)},
            standing=standing_of(preview),
            totals=totals,
            tabs=look_table.tabs(totals, chosen),
            chosen=chosen,
            overtaken="" if getattr(preview, "run", None) else _of_month(preview, user),
            is_running_month=not has_ended(Cycle(preview.cycle)),
            parts=look_table.rows(preview, chosen, request.GET.get("page", "1")),
            run=getattr(preview, "run", None),
            acts=Act.objects.of(self.kind_of_acts, preview.number),
        )

    def decide_view(self, request: HttpRequest, pk: str, verb: str) -> HttpResponse:
        """A look is at the seller that the address names; without one, at those who wait for it."""
        if verb == "look" and _shown_part(request, self._row(request, pk)) is None:
            return redirect(
                f"{reverse('admin:settlement_billpreview_change', args=[pk])}?show=looks"
            )
        return super().decide_view(request, pk, verb)

    def form_options(
        self, request: HttpRequest, row: BillPreview, decision: Decision
    ) -> dict[str, Any]:
        return {"shown": _shown_part(request, row)} if decision.verb == "look" else {}

    def question_context(self, request: HttpRequest, row: BillPreview) -> dict[str, Any]:
        part = _shown_part(request, row)
        return (
            {"part": part, "hold": holds_of([part.seller_id]).get(part.seller_id)} if part else {}
        )


def _shown_part(request: HttpRequest, preview: BillPreview) -> BillPreviewSeller | None:
    named = request.GET.get("seller", "")
    return preview.parts.select_related("seller").filter(seller__number=named).first()
