"""Closing a month of the demo as production does: a bill run, worked on by the Celery worker."""

import time
from datetime import timedelta

from django.utils import timezone

from koogallery.demo.desk import Desk
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.models import User
from sellers.models import Seller
from settlement import tasks
from settlement.choices import (
    UNDECIDED_REFUNDS,
    Look,
    PreviewState,
    RefundState,
    RunSellerState,
    RunState,
)
from settlement.models import Batched, BillPreview, BillRun, Refund
from settlement.readings.progress import progress_of
from settlement.services.closing import runs
from settlement.services.closing.work import UNFINISHED
from settlement.services.previews import stored
from settlement.services.previews.reviews import decide_look

#: How long a run may stand still before it is taken for one that no worker works on.
PATIENCE = timedelta(seconds=60)
LOOK_EVERY = 0.05


def close(
    cycle: Cycle, sellers: list[str] | None, *, actor: User, patience: timedelta = PATIENCE
) -> str:
    """Wait until a worker has closed the cycle, by a run asked for now or earlier; tells how."""
    run = _asked_for(cycle, everyone=sellers is None)
    return _see_through(run or runs.request_run(cycle, sellers, actor=actor), patience)


def preview(cycle: Cycle, *, actor: User) -> str:
    """Wait until a worker has computed what the month would come to; tells how."""
    shown = _previewed(cycle, actor)
    return f"{shown.sellers_total} sellers previewed"


def close_as_previewed(cycle: Cycle, desk: Desk) -> str:
    """As an operator closes a month: previewed, looked at by another one, approved, issued."""
    run = _asked_for(cycle, everyone=True)
    return _see_through(run or _run_of_preview(cycle, desk), PATIENCE)


def _run_of_preview(cycle: Cycle, desk: Desk) -> BillRun:
    shown = _previewed(cycle, desk.first)
    if shown.state == PreviewState.READY:
        for part in shown.parts.filter(look=Look.DUE).select_related("seller"):
            decide_look(
                shown.number,
                part.seller.number,
                "The orders are right: a new customer.",
                actor=desk.second,
            )
        stored.approve_preview(shown.number, shown.digest, actor=desk.second)
    return stored.run_preview(shown.number, actor=desk.first)


def await_run(cycle: Cycle) -> str:
    """Of the run that the schedule has asked a worker for; tells how it was closed."""
    give_up = timezone.now() + PATIENCE
    while (run := _asked_for(cycle, everyone=True)) is None:
        if timezone.now() > give_up:
            raise Conflict(f"No Celery worker begins to close {cycle}.", code="no_worker")
        time.sleep(LOOK_EVERY)
    return _see_through(run, PATIENCE)


def keep_forecasts() -> None:
    """What the pages of sellers and of undecided refunds show at once; workers compute it."""
    for seller in Seller.objects.filter(left_at=None).values_list("number", flat=True):
        tasks.renew_forecast.delay(seller)
    waiting = Refund.objects.filter(state__in=[*UNDECIDED_REFUNDS, RefundState.APPROVED])
    for seller, refund in waiting.values_list("seller__number", "number"):
        tasks.renew_forecast.delay(seller, refund)


def _previewed(cycle: Cycle, actor: User) -> BillPreview:
    asked = BillPreview.objects.filter(cycle=cycle, everyone=True).order_by("pk").last()
    shown = asked or stored.request_preview(cycle, None, actor=actor)
    _await(shown, PATIENCE)
    return shown


def _see_through(run: BillRun, patience: timedelta) -> str:
    cycle = Cycle(run.cycle)
    if run.state != RunState.CLOSED:
        _await(run, patience)
    if run.state != RunState.CLOSED:
        raise Conflict(f"Bill run {run.number} of cycle {cycle} failed: {_parked(run)}")
    assert run.started_at and run.finished_at, "a closed run has begun and ended"
    lines, seconds = progress_of(run).lines, (run.finished_at - run.started_at).total_seconds()
    return f"{run.sellers_total} sellers closed, {lines} lines billed in {seconds:.1f} s"


def _asked_for(cycle: Cycle, *, everyone: bool) -> BillRun | None:
    asked_for = BillRun.objects.filter(cycle=cycle, everyone=everyone)
    return asked_for.exclude(state=RunState.FAILED).order_by("pk").last()


def _await(work: Batched, patience: timedelta) -> None:
    tasks.queue_workers(type(work), work.number)
    asked_at = timezone.now()
    while work.state in UNFINISHED:
        moved_at = max(work.progressed_at or asked_at, asked_at)
        if timezone.now() - moved_at > patience:
            told = (
                f"{work.number} of cycle {work.cycle} has stood still for {patience.seconds} s: no "
                f"Celery worker takes it up. Start one on the same DATABASE_URL and REDIS_URL "
                f"(celery -A koogallery worker; ./run serve brings one), then load_demo again: "
                f"it goes on where it stopped."
            )
            raise Conflict(told, code="no_worker")
        time.sleep(LOOK_EVERY)
        work.refresh_from_db()


def _parked(run: BillRun) -> str:
    parts = run.parts.filter(state=RunSellerState.PARKED).select_related("seller")
    told = "; ".join(f"{part.seller.number} parked: {part.told_reason}" for part in parts)
    return told or run.told_reason
