"""Bill runs: asked for here, done by any number of workers, taken up again after any crash (R1.7).

The rows of `BillRunSeller` are the queue. A worker claims a batch by an advisory lock that dies
with its transaction, so a killed worker's batch is free again at once and nothing is done twice:
a seller's lock and open cycle decide, not the queue.
"""

import calendar
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, DomainError, InvalidInput
from koogallery.models import User
from koogallery.numbering import next_number
from koogallery.settlement_time import has_ended
from koogallery.statements import run_statement
from sellers.models import Seller
from settlement.choices import RunSellerState, RunState
from settlement.models import BillRun, BillRunSeller
from settlement.services.closing import close_through

SQL = Path(__file__).resolve().parent.parent / "sql"

#: Above this many lines the planner gets fresh statistics first: a plan made for a table that was
#: small when last looked at is 5 to 50 times slower.
ANALYZE_FROM = 10_000


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run has come, `weight_done` of its expected lines; `eta` only while it runs."""

    sellers_total: int
    sellers_done: int
    sellers_parked: int
    lines: int
    weight_done: int
    eta: datetime | None


def request_run(
    cycle: Cycle, seller_numbers: Sequence[str] | None, *, actor: User | None
) -> BillRun:
    """Ask for a cycle to be closed: for everyone, or for named sellers; the work is a worker's.

    Refused: a cycle that has not ended, unknown sellers, and a named seller with an earlier cycle
    still open (R1.6). Everyone: those who are behind are brought up to date in order.
    """
    require_duty(actor, Duty.RUN_BILLS, "close a cycle", rule="R1.6")
    if not has_ended(cycle):
        raise Conflict(
            f"Cycle {cycle} has not ended; it can be closed from {_first_day_after(cycle)} on.",
            code="cycle_not_ended",
            rule="R1.6",
            field="cycle",
        )
    with transaction.atomic():
        sellers = None if seller_numbers is None else sellers_of(seller_numbers, cycle)
        run = BillRun.objects.create(
            number=next_number("BR"), cycle=cycle, everyone=sellers is None, requested_by=actor
        )
        _plan(run, sellers)
        audit.record(actor, "requested", "bill run", run.number, cycle=cycle)
    return run


def _first_day_after(cycle: Cycle) -> str:
    following = cycle.following
    month = calendar.month_name[following.month]
    return f"1 {month} {following.year} ({settings.SETTLEMENT_TIME_ZONE})"


def sellers_of(numbers: Sequence[str] | None, cycle: Cycle) -> list[int]:
    """Ids of the sellers a run of `cycle` is for: everyone, or those named if their turn it is."""
    if numbers is None:
        return list(Seller.objects.order_by("id").values_list("id", flat=True))
    if not numbers:
        raise InvalidInput("Name at least one seller, or leave sellers out.", field="sellers")
    found = {seller.number: seller for seller in Seller.objects.filter(number__in=numbers)}
    if unknown := sorted(set(numbers) - set(found)):
        raise InvalidInput(
            f"There is no seller {', '.join(unknown)}.", code="unknown_seller", field="sellers"
        )
    for seller in found.values():
        if seller.open_cycle and seller.open_cycle < cycle:
            raise Conflict(
                f"Seller {seller.number} has cycle {seller.open_cycle} still open; close it first.",
                code="earlier_cycle_open",
                rule="R1.6",
                field="sellers",
            )
    return sorted(seller.pk for seller in found.values())


def _plan(run: BillRun, sellers: list[int] | None) -> None:
    run_statement(
        SQL / "plan_run.sql",
        {
            "run": run.pk,
            "cycle": run.cycle,
            "sellers": sellers,
            "lines": settings.BILL_RUN_BATCH_LINES,
            "members": settings.BILL_RUN_BATCH_SELLERS,
        },
    )
    planned = run.parts.aggregate(sellers=Count("id"), lines=Sum("weight", default=0))
    run.sellers_total, run.lines_expected = planned["sellers"], planned["lines"]
    run.save(update_fields=["sellers_total", "lines_expected"])


def progress_of(run: BillRun) -> RunProgress:
    return progress_of_each([run])[run.pk]


def progress_of_each(wanted: Sequence[BillRun]) -> dict[int, RunProgress]:
    """How far each of these runs has come, by its id: one query however many they are."""
    counted = {
        part["run"]: dict(part)
        for part in BillRunSeller.objects.filter(run__in=wanted)
        .values("run")
        .annotate(
            done=Count("id", filter=Q(state=RunSellerState.DONE)),
            parked=Count("id", filter=Q(state=RunSellerState.PARKED)),
            billed=Sum("lines"),
            weight_done=Sum("weight", filter=~Q(state=RunSellerState.PENDING), default=0),
        )
    }
    return {run.pk: _progress(run, counted.get(run.pk, {})) for run in wanted}


def _progress(run: BillRun, counted: Mapping[str, Any]) -> RunProgress:
    weight_done = counted.get("weight_done", 0)
    return RunProgress(
        sellers_total=run.sellers_total,
        sellers_done=counted.get("done", 0),
        sellers_parked=counted.get("parked", 0),
        lines=counted.get("billed", 0),
        weight_done=weight_done,
        eta=_eta(run, weight_done),
    )


def _eta(run: BillRun, weight_done: int) -> datetime | None:
    if run.state != RunState.RUNNING or not run.started_at or not weight_done:
        return None
    now = timezone.now()
    left = max(run.lines_expected - weight_done, 0)
    return now + (now - run.started_at) * (left / weight_done)


def work_on_run(
    number: str, *, wait: bool = False, on_progress: Callable[[], None] = lambda: None
) -> None:
    """Close batches of this run until none is free; the last one to find all done ends the run.

    Finding nothing free does not mean that all is done: another worker may hold the rest, and may
    die. With `wait` stay until the run has ended; else leave, the schedule takes care (R1.7).
    """
    run = BillRun.objects.get(number=number)
    _begin(run)
    while run.state == RunState.RUNNING:
        if close_next_batch(run):
            BillRun.objects.filter(pk=run.pk).update(progressed_at=timezone.now())
            on_progress()
        elif run.parts.filter(state=RunSellerState.PENDING).exists():
            if not wait:
                return
            time.sleep(0.1)
        else:
            _end(run)
        run.refresh_from_db()


def _begin(run: BillRun) -> None:
    now = timezone.now()
    begun = BillRun.objects.filter(pk=run.pk, state=RunState.QUEUED).update(
        state=RunState.RUNNING, started_at=now, progressed_at=now
    )
    if begun and run.lines_expected > ANALYZE_FROM:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE sellers_order, sellers_usagerecord, settlement_refund")
    run.refresh_from_db()


def _end(run: BillRun) -> None:
    """Compare and swap: however many workers come here, the run ends once."""
    parked = run.parts.filter(state=RunSellerState.PARKED).count()
    outcome = {
        "state": RunState.FAILED if parked else RunState.CLOSED,
        "reason": f"{parked} of {run.sellers_total} sellers parked" if parked else "",
        "finished_at": timezone.now(),
    }
    BillRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(**outcome)


def close_next_batch(run: BillRun) -> bool:
    """Claim and close one batch; False if none is free. A bad seller is parked, others go on."""
    try:
        with transaction.atomic():
            sellers = _claim(run)
            if sellers:
                _close(run, sellers)
            return bool(sellers)
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, DomainError):
        for seller in sellers:
            _close_or_park(run, seller)
        return True


def _claim(run: BillRun) -> list[int]:
    """The pending sellers of one batch nobody works on; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT batch FROM (
                SELECT DISTINCT batch FROM settlement_billrunseller
                WHERE run_id = %(run)s AND state = 'pending' ORDER BY batch
            ) pending
            WHERE pg_try_advisory_xact_lock(%(run)s::int, batch) LIMIT 1
            """,
            {"run": run.pk},
        )
        claimed = cursor.fetchone()
    if claimed is None:
        return []
    parts = run.parts.filter(state=RunSellerState.PENDING, batch=claimed[0])
    return list(parts.order_by("seller_id").values_list("seller_id", flat=True))


def _close(run: BillRun, sellers: Sequence[int]) -> None:
    billed = close_through(sellers, Cycle(run.cycle))
    run_statement(
        SQL / "finish_parts.sql",
        {"run": run.pk, "sellers": list(sellers), "lines": [billed[id_] for id_ in sellers]},
    )


def _close_or_park(run: BillRun, seller: int) -> None:
    try:
        with transaction.atomic():
            _close(run, [seller])
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, DomainError) as reason:
        run.parts.filter(seller=seller, state=RunSellerState.PENDING).update(
            state=RunSellerState.PARKED, reason=str(reason)
        )


def stalled_runs(after: timedelta) -> list[str]:
    """Unfinished runs that have not moved for a while, marked as looked after from now on."""
    now = timezone.now()
    waiting = BillRun.objects.filter(state__in=[RunState.QUEUED, RunState.RUNNING]).filter(
        Q(progressed_at__lt=now - after) | Q(progressed_at=None, created_at__lt=now - after)
    )
    numbers = list(waiting.values_list("number", flat=True))
    waiting.update(progressed_at=now)
    return numbers
