"""How far a bill run, or the preview of one, has come: told from what is committed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from settlement.choices import PreviewSellerState, RunSellerState, RunState
from settlement.models import BillPreview, BillPreviewSeller, BillRun, BillRunSeller


@dataclass(frozen=True, slots=True)
class RunProgress:
    """`weight_done` of its expected lines; `rate` in lines a second and `eta` while it runs."""

    sellers_total: int
    sellers_done: int
    sellers_parked: int
    lines: int
    weight_done: int
    rate: int | None
    eta: datetime | None


def progress_of(work: BillRun | BillPreview) -> RunProgress:
    """Of a preview `sellers_parked` are those a run would park, `lines` those it would bill."""
    if isinstance(work, BillRun):
        return progress_of_each([work])[work.pk]
    return progress_of_previews([work])[work.pk]


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


def progress_of_previews(wanted: Sequence[BillPreview]) -> dict[int, RunProgress]:
    """The same for previews."""
    counted = {
        part["preview"]: dict(part)
        for part in BillPreviewSeller.objects.filter(preview__in=wanted)
        .order_by()
        .values("preview")
        .annotate(
            done=Count("id", filter=Q(state=PreviewSellerState.DONE)),
            parked=Count("id", filter=Q(state=PreviewSellerState.BLOCKED)),
            billed=Sum("line_count"),
            weight_done=Sum("weight", filter=~Q(state=PreviewSellerState.PENDING), default=0),
        )
    }
    return {each.pk: _progress(each, counted.get(each.pk, {})) for each in wanted}


def _progress(work: BillRun | BillPreview, counted: Mapping[str, Any]) -> RunProgress:
    weight_done = counted.get("weight_done", 0)
    return RunProgress(
        sellers_total=work.sellers_total,
        sellers_done=counted.get("done", 0),
        sellers_parked=counted.get("parked", 0),
        lines=counted.get("billed", 0),
        weight_done=weight_done,
        rate=_rate(work, weight_done),
        eta=_eta(work, weight_done),
    )


def _is_telling(work: BillRun | BillPreview, weight_done: int) -> bool:
    """Not of a retry: most of its weight was done long before."""
    retried = isinstance(work, BillRun) and work.retried_at is not None
    return bool(work.state == RunState.RUNNING and work.started_at and weight_done and not retried)


def _rate(work: BillRun | BillPreview, weight_done: int) -> int | None:
    """Up to the last committed batch, so that it does not fall while one is worked on."""
    if not _is_telling(work, weight_done) or not (work.started_at and work.progressed_at):
        return None
    seconds = (work.progressed_at - work.started_at).total_seconds()
    return round(weight_done / seconds) if seconds > 0 else None


def _eta(work: BillRun | BillPreview, weight_done: int) -> datetime | None:
    if not _is_telling(work, weight_done) or not work.started_at:
        return None
    now = timezone.now()
    left = max(work.lines_expected - weight_done, 0)
    return now + (now - work.started_at) * (left / weight_done)
