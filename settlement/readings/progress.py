"""How far a bill run, or the preview of one, has come: told from what is committed.

Every instant compared here is the database's: a host's clock may be wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Now

from koogallery.clock import database_now
from settlement.choices import RunState
from settlement.models import Batched

#: After so long without a committed batch it stands still.
QUIET = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """`weight_done` of its expected lines; `rate` in lines a second and `eta` while it runs.

    `stands_since` is of the last batch, if it moves no more.
    """

    sellers_total: int
    sellers_done: int
    sellers_parked: int
    lines: int
    weight_done: int
    rate: int | None
    eta: datetime | None
    stands_since: datetime | None


def progress_of(work: Batched) -> RunProgress:
    """Of a preview `sellers_parked` are those a run would park, `lines` those it would bill."""
    return progress_of_each([work])[work.pk]


def progress_of_each(wanted: Sequence[Batched]) -> dict[int, RunProgress]:
    """How far each of one kind has come, by its id: one query however many they are."""
    if not wanted:
        return {}
    kind, owner = type(wanted[0]), wanted[0].parts.field
    counted = {
        part[owner.name]: dict(part)
        for part in owner.model.objects.filter(**{f"{owner.name}__in": wanted})
        .values(owner.name)
        .annotate(
            done=Count("id", filter=Q(state="done")),
            parked=Count("id", filter=Q(state=kind.PARKED)),
            billed=Sum(kind.LINES),
            weight_done=Sum("weight", filter=~Q(state="pending"), default=0),
            now=Max(Now()),
        )
    }
    return {each.pk: _progress(each, counted.get(each.pk, {})) for each in wanted}


def _progress(work: Batched, counted: Mapping[str, Any]) -> RunProgress:
    weight_done, now = counted.get("weight_done", 0), counted.get("now") or database_now()
    return RunProgress(
        sellers_total=work.sellers_total,
        sellers_done=counted.get("done", 0),
        sellers_parked=counted.get("parked", 0),
        lines=counted.get("billed", 0),
        weight_done=weight_done,
        rate=_rate(work, weight_done),
        eta=_eta(work, weight_done, now),
        stands_since=_stands_since(work, now),
    )


def _is_telling(work: Batched, weight_done: int) -> bool:
    """Not of a retry: most of its weight was done long before."""
    retried = getattr(work, "retried_at", None) is not None
    return bool(work.state == RunState.RUNNING and work.started_at and weight_done and not retried)


def _rate(work: Batched, weight_done: int) -> int | None:
    """Up to the last committed batch, so that it does not fall while one is worked on."""
    if not _is_telling(work, weight_done) or not (work.started_at and work.progressed_at):
        return None
    seconds = (work.progressed_at - work.started_at).total_seconds()
    return round(weight_done / seconds) if seconds > 0 else None


def _eta(work: Batched, weight_done: int, now: datetime) -> datetime | None:
    if not _is_telling(work, weight_done) or not work.started_at or _stands_since(work, now):
        return None
    left = max(work.lines_expected - weight_done, 0)
    return now + (now - work.started_at) * (left / weight_done)


def _stands_since(work: Batched, now: datetime) -> datetime | None:
    if work.state not in {RunState.QUEUED, RunState.RUNNING}:
        return None
    moved_at = work.progressed_at or work.created_at
    return moved_at if now - moved_at > QUIET else None
