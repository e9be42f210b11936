"""How a worker goes through what is done in batches: a bill run, or the preview of one (R1.7)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Greatest, Now

from settlement.models import Batched
from settlement.services.closing.attempts import Outcome, leave_to_others

#: Above this many lines the planner gets fresh statistics first: a plan made for a table that was
#: small when last looked at is 5 to 50 times slower.
ANALYZE_FROM = 10_000

QUEUED, RUNNING = UNFINISHED = ("queued", "running")


def work_through(
    work: Batched,
    attempt: Callable[[], Outcome],
    end: Callable[[], dict[str, Any]],
    *,
    wait: bool = False,
    on_progress: Callable[[], None] = lambda: None,
) -> None:
    """Do batches until none is free; the last one to find all done writes what `end` says.

    Finding nothing free does not mean that all is done: another worker may hold the rest, and may
    die. With `wait` stay until it has ended; else leave, the schedule takes care.
    """
    _begin(work)
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


def _begin(work: Batched) -> None:
    begun = (
        _rows(work)
        .filter(state=QUEUED)
        .update(state=RUNNING, started_at=Coalesce(F("started_at"), Now()), progressed_at=Now())
    )
    if begun and work.lines_expected > ANALYZE_FROM:
        with connection.cursor() as cursor:
            cursor.execute("SELECT analyze_what_is_billed()")
    work.refresh_from_db()


def _rows(work: Batched) -> QuerySet[Any]:
    return type(work)._base_manager.filter(pk=work.pk)  # noqa: SLF001  # documented: no filter


def take_up_stalled(kind: type[Batched], after: timedelta) -> list[str]:
    """Numbers of those that neither moved nor were taken up for this long; taken up from now on.

    By the database's clock alone. What a clock ahead once wrote into the future counts as long ago.
    """
    everyone: QuerySet[Any] = kind._base_manager.all()  # noqa: SLF001  # documented: no filter
    unfinished = everyone.filter(state__in=UNFINISHED)
    stalled = unfinished.annotate(
        moved_at=Greatest("created_at", "progressed_at", "taken_up_at")
    ).exclude(moved_at__range=(Now() - after, Now()))
    numbers = list(stalled.values_list("number", flat=True))
    unfinished.filter(number__in=numbers).update(taken_up_at=Now())
    return numbers
