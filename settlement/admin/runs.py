"""Bill runs: started, watched, their parked sellers looked at and retried (R1.6, R1.7).

The page of a bill run, or of a preview, while workers go through it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision
from koogallery.admin.new_work import new_work
from koogallery.admin.reading import operator_of, page
from koogallery.duties import Duty
from koogallery.kit.figures import money_text
from koogallery.kit.seen import Fact, Seen, money, require_seen
from koogallery.models import User
from koogallery.telling import LINES, counted
from sellers.models import Seller
from settlement import tasks
from settlement.admin.asking import CycleForm, RetryForm
from settlement.admin.standing import standing_of, state_word
from settlement.choices import RunSellerState, RunState
from settlement.models import BillHold, BillRun, BillRunSeller
from settlement.readings import run_reports
from settlement.services.closing import runs
from settlement.services.previews.preview import SellerPreview
from settlement.services.previews.retries import look_again, retry_run


class BatchedAdmin(DecidingAdmin):
    asking = Duty.RUN_BILLS

    @page("<int:pk>/progress/", "{}_progress")
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The part of the page that moves; the whole page once it has ended."""
        row = self._row(request, pk)
        standing = standing_of(row)
        context = {"row": row, "opts": self.opts, "standing": standing}
        answer = TemplateResponse(request, "admin/settlement/progress.html", context)
        if not standing.is_moving:
            answer["HX-Refresh"] = "true"
        return answer


#: Parked sellers on the page, and those that can be looked at at once; the report has all.
MOST_SHOWN = 100


def _of_retry(run: BillRun, _: User) -> str:
    if run.state != RunState.FAILED:
        return gettext("Nobody is parked, or it is still running.")
    return (
        ""
        if _retryable(run).exists()
        else gettext("Whoever is parked is held back; release them first.")
    )


def _retryable(run: BillRun) -> QuerySet[BillRunSeller]:
    """Parked, and held back by nobody."""
    held = BillHold.objects.unreleased().values("seller")
    return run.parts.filter(state=RunSellerState.PARKED).exclude(seller__in=held)


@dataclass(frozen=True, slots=True)
class ShownRetry(Seen):
    """What each parked seller would be issued now, bound by its digest; or why nothing, still."""

    issued: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def _look(number: str, *, sellers: Sequence[str], actor: User) -> ShownRetry:
    run = BillRun.objects.visible_to(actor).get(number=number)
    shown, refused = look_again(run, sellers)
    facts = [fact for each in shown for fact in _facts(each)]
    still = [Fact("parked_again", True, seller) for seller in refused]
    return ShownRetry(
        Seen.of([*facts, *still]).facts,
        issued=tuple((f"{each.seller} {each.company_name}", _issued(each)) for each in shown),
        refused=tuple(refused.items()),
    )


def _facts(shown: SellerPreview) -> Iterator[Fact]:
    yield Fact("to_be_paid_to", money(shown.net_payable, shown.currency), shown.seller)
    yield Fact("lines_for", shown.line_count, shown.seller)
    yield Fact("content", shown.content.digest, shown.seller)


def _issued(shown: SellerPreview) -> str:
    if shown.bill is None:
        return "; ".join([gettext("no bill"), *map(str, shown.held)])
    payable = money_text(shown.net_payable, shown.currency)
    told = {"bill": shown.bill, "lines": counted(shown.line_count, LINES), "payable": payable}
    return gettext("bill %(bill)s, %(lines)s, %(payable)s to be paid") % told


def _retry(number: str, *, sellers: Sequence[str], seen: str, actor: User) -> None:
    """What was looked at is what may be issued: it takes the place of what was approved."""
    now = _look(number, sellers=sellers, actor=actor)
    require_seen(seen, now, rule="R1.7")
    contents = {fact.of: fact.value for fact in now.facts if fact.name == "content"}
    tasks.dispatch(retry_run(number, sellers, seen=contents, actor=actor))


DECISIONS: Mapping[str, Decision] = {
    "retry": Decision(
        verb="retry",
        duty=Duty.RUN_BILLS,
        label=_("Retry"),
        question=_("Try parked sellers again?"),
        form=RetryForm,
        act=_retry,
        refusal=_of_retry,
        done=_("The sellers are tried again."),
        foresee=_look,
    )
}


@dataclass(frozen=True, slots=True)
class Parked:
    """A parked seller of a run, with the hold that stands, or the last one if it was released."""

    part: BillRunSeller
    hold: BillHold | None


def parked_of(run: BillRun) -> list[Parked]:
    parked = run.parts.filter(state=RunSellerState.PARKED).select_related("seller")
    parts = list(parked.order_by("seller__number")[:MOST_SHOWN])
    holds = BillHold.objects.filter(seller__in=[part.seller_id for part in parts])
    last = {
        hold.seller_id: hold
        for hold in holds.select_related("held_by", "released_by").order_by("pk")
    }
    return [Parked(part, last.get(part.seller_id)) for part in parts]


def _request(entered: Mapping[str, Any], actor: User) -> BillRun:
    """Without a preview, as the run day does it."""
    run = runs.request_run(entered["cycle"], entered["sellers"], actor=actor)
    tasks.dispatch(run)
    return run


def _foresee(entered: Mapping[str, Any], actor: User) -> Seen:
    """For how many sellers it would do anything: a month is closed once for each (R1.7)."""
    with transaction.atomic():
        runs.request_run(entered["cycle"], entered["sellers"], actor=actor)
        transaction.set_rollback(True)
    return Seen.of(left_to_close(entered))


def left_to_close(entered: Mapping[str, Any]) -> list[Fact]:
    sellers = Seller.objects.all()
    if entered["sellers"] is not None:
        sellers = sellers.filter(number__in=entered["sellers"])
    closed = sellers.filter(open_cycle__gt=entered["cycle"]).count()
    left = sellers.count() - closed
    facts = [Fact("cycle", entered["cycle"]), Fact("sellers_to_be_closed", left)]
    if closed:
        told = gettext(
            "%(count)s: nothing is issued for these; what came late is on their next bills."
        )
        facts.append(Fact("sellers_closed_already", told % {"count": closed}))
    return facts


@admin.register(BillRun)
class BillRunAdmin(BatchedAdmin):
    decisions = DECISIONS
    list_display = [
        "number",
        "cycle",
        "its_state",
        "everyone",
        "preview",
        "sellers_total",
        "requested_by",
        "started_at",
        "finished_at",
        "why",
    ]
    list_filter = ["state", "everyone"]
    search_fields = ["number__exact", "cycle__exact"]
    search_help_text = _("Number of a run, or a cycle")
    actions_list = ["start_a_run"]

    @columns.shown(_("State"), ordering="state", tones=columns.colours_of(RunState))
    def its_state(self, run: BillRun) -> tuple[str, str]:
        return run.state, state_word(run)

    why = columns.told(_("Reason"), attrgetter("told_reason"))

    start_a_run = new_work(
        CycleForm,
        _request,
        description=_("Close a cycle…"),
        url_path="ask",
        question=_("Close a cycle without a preview?"),
        label=_("Close the cycle"),
        foresee=_foresee,
        consequence=_(
            "Bills are issued as things stand, and an issued bill is never rewritten "
            "(R3.2). To read them first, and to have exactly those issued, preview the cycle."
        ),
    )

    @page("<int:pk>/report/<str:form>/", "settlement_billrun_report")
    def report_view(self, request: HttpRequest, pk: int, form: str) -> FileResponse:
        """What the run did for every seller, to be kept."""
        run = self._row(request, pk)
        if form not in run_reports.FORMS:
            raise Http404
        file, media_type = run_reports.take_report(run, form, actor=operator_of(request))
        return FileResponse(
            file, as_attachment=True, filename=f"{run.number}.{form}", content_type=media_type
        )

    def page_context(self, row: BillRun, user: User) -> dict[str, Any]:
        return {
            "standing": standing_of(row),
            "parked": parked_of(row),
            "without_bill": row.parts.exclude(looks=[])
            .select_related("seller")
            .order_by("seller__number")[:MOST_SHOWN],
            "may_release": user.may(Duty.APPROVE_BILLS),
            "issued": run_reports.issued_by(row),
            "report_forms": tuple(run_reports.FORMS),
        }

    def form_options(
        self, request: HttpRequest, row: BillRun, decision: Decision
    ) -> dict[str, Any]:
        """Those who are parked and not held; the one that the address names alone, if one."""
        parts = _retryable(row)
        if named := request.GET.get("seller"):
            parts = parts.filter(seller__number=named)
        shown = parts.select_related("seller").order_by("seller__number")[:MOST_SHOWN]
        return {
            "parked": [(each.seller.number, f"{each.seller}: {each.told_reason}") for each in shown]
        }
