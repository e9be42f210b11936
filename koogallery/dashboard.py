"""The operators' first page: what waits for somebody, how old, how much, and where the month is.

A queue is asked with one query however long it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from koogallery.admin.acts import page_of_act
from koogallery.duties import Duty
from koogallery.handing import in_hands_of
from koogallery.heartbeat import heartbeat
from koogallery.kit.cycles import Cycle
from koogallery.models import User
from koogallery.queues import QUEUES, Queue, Waiting, waiting
from koogallery.settlement_time import current_cycle
from settlement.models import BillPreview, BillRun, InvariantResult
from settlement.readings.calendar import WorkingDays, run_days_of
from settlement.readings.progress import RunProgress, progress_of_each

#: Runs on the page; all of them are one list away.
LATEST_RUNS = 5


@dataclass(frozen=True, slots=True)
class Month:
    """Where the closing of a cycle is: its run day, its preview, its run."""

    cycle: Cycle
    run_day: date
    preview: BillPreview | None
    run: BillRun | None
    progress: RunProgress | None

    @property
    def is_due(self) -> bool:
        return self.run is None and timezone.localdate() >= self.run_day


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What django-unfold's first page is given (DASHBOARD_CALLBACK)."""
    user = request.user
    if not (isinstance(user, User) and user.may(Duty.VIEW)):
        return context
    acts_on = any(
        user.may(queue.act) for queue in QUEUES if queue.act not in {Duty.READ_BOOKS, Duty.VIEW}
    )
    shown = [queue for queue in QUEUES if _is_shown(queue, user, acts_on=acts_on)]
    days = WorkingDays()
    queues = [_waiting(queue, user, days, acts_on=acts_on) for queue in shown]
    books = InvariantResult.objects.aggregate(held=Count("pk", filter=Q(holds=True)), at=Max("at"))
    runs = list(BillRun.objects.select_related("requested_by", "preview")[:LATEST_RUNS])
    progress = progress_of_each(runs)
    return {
        **context,
        "queues": [each for each in queues if each.count],
        "in_hands": [(act, page) for act in in_hands_of(user) if (page := page_of_act(act))],
        "empty_queues": [each for each in queues if not each.count],
        "months": _months(),
        "runs": [(run, progress[run.pk]) for run in runs],
        "invariants_held": books["held"] if user.may(Duty.READ_BOOKS) else None,
        "invariants_at": books["at"],
        "only_reads": not acts_on,
        "may_run": user.may(Duty.RUN_BILLS),
        "heartbeat": heartbeat(),
    }


def _is_shown(queue: Queue, user: User, *, acts_on: bool) -> bool:
    """Who acts on nothing reads what waits for others."""
    is_theirs = user.may(queue.act) or not acts_on
    return is_theirs and user.may(queue.duty) and admin.site.is_registered(queue.model)


def _waiting(queue: Queue, user: User, days: WorkingDays, *, acts_on: bool) -> Waiting:
    rows = queue.rows()
    return waiting(queue, queue.open_to(rows, user) if acts_on else rows, days.since)


def _months() -> list[Month]:
    """The one that is to be closed, or was last; then the running one."""
    running = current_cycle()
    cycles = [running.previous, running]
    days = run_days_of(cycles)
    runs = _latest_of(BillRun.objects.filter(everyone=True), cycles)
    previews = _latest_of(BillPreview.objects.filter(everyone=True), cycles)
    progress = progress_of_each(list(runs.values()))
    return [
        Month(
            cycle,
            days[cycle],
            previews.get(cycle),
            runs.get(cycle),
            progress[runs[cycle].pk] if cycle in runs else None,
        )
        for cycle in cycles
    ]


def _latest_of(rows: QuerySet[Any], cycles: Sequence[str]) -> dict[str, Any]:
    return {row.cycle: row for row in rows.filter(cycle__in=cycles).order_by("pk")}
