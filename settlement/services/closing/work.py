"""How a worker goes through what is done in batches: a bill run, or the preview of one (R1.7)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Greatest, Now

from settlement.models import Batched
from settlement.services.closing.attempts import Outcome, leave_to_others
from settlement.services.closing.batches import plan_parts

#: Above this many lines the planner gets fresh statistics first: a plan made for a table that was
#: small when last looked at is 5 to 50 times slower.
ANALYZE_FROM = 10_000

QUEUED, RUNNING = UNFINISHED = ("queued", "running")


def work_through(
    work: Batched,
    attempt: Callable[[], Outcome],
    end: Callable[[], dict[str, Any]],
    *,
    on_planned: Callable[[], None] = lambda: None,
    wait: bool = False,
    on_progress: Callable[[], None] = lambda: None,
) -> None:
    """Plan it, if nobody has, then do batches until none is free; the last writes what `end` says.

    Finding nothing free does not mean that all is done: another worker may hold the rest, and may
    die. With `wait` stay until it has ended; else leave, the schedule takes care.
    """
    begin(work, on_planned)
    while work.state == RUNNING:
        if leave_to_others(work):
            return
        outcome = attempt()
        if outcome is Outcome.DONE:
            _rows(work).update(progressed_at=Now())
            on_progress()
        elif outcome is Outcome.NONE_FREE and work.parts.filter(state="pending").exists():
            if not wait:
                return
            time.sleep(0.1)
        elif outcome is Outcome.NONE_FREE:
            # Compare and swap: however many workers come here, it ends once.
            _rows(work).filter(state=RUNNING).update(**end(), finished_at=Now())
        work.refresh_from_db()


def begin(work: Batched, on_planned: Callable[[], None] = lambda: None) -> None:
    """Plan what nobody has begun; whoever comes meanwhile waits. A crash leaves it as it was."""
    with transaction.atomic():
        found = _rows(work).select_for_update(no_key=True).get()
        if found.started_at is None:
            plan_parts(work)
            on_planned()
        if found.state == QUEUED:
            _rows(work).update(
                state=RUNNING, started_at=Coalesce(F("started_at"), Now()), progressed_at=Now()
            )
    work.refresh_from_db()
    if found.state == QUEUED and work.lines_expected > ANALYZE_FROM:
        with connection.cursor() as cursor:
            cursor.execute("SELECT analyze_what_is_billed()")


def _rows(work: Batched) -> QuerySet[Any]:
    return type(work)._base_manager.filter(pk=work.pk)  # noqa: SLF001  # documented: no filter


@transaction.atomic
def take_up_stalled(kind: type[Batched], after: timedelta) -> list[str]:
    """Numbers of those that neither moved nor were taken up for this long; taken up from now on.

    Not those that are planned right now. By the database's clock alone: what a clock ahead once
    wrote into the future counts as long ago.
    """
    everyone: QuerySet[Any] = kind._base_manager.all()  # noqa: SLF001  # documented: no filter
    unfinished = everyone.filter(state__in=UNFINISHED)
    stalled = unfinished.annotate(
        moved_at=Greatest("created_at", "progressed_at", "taken_up_at")
    ).exclude(moved_at__range=(Now() - after, Now()))
    stalled = stalled.select_for_update(no_key=True, skip_locked=True)
    numbers = list(stalled.values_list("number", flat=True))
    unfinished.filter(number__in=numbers).update(taken_up_at=Now())
    return numbers
