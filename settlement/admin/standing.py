"""How far a run or a preview has come, as its page says it: the truth also when nothing moves."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.timesince import timesince, timeuntil

from koogallery.settlement_time import ZONE
from koogallery.telling import counted
from settlement.choices import RunState
from settlement.models import Batched, BillRun
from settlement.readings.progress import RunProgress, progress_of


@dataclass(frozen=True, slots=True)
class Standing:
    """`percent` of the expected lines, or of the sellers where there are no lines."""

    progress: RunProgress
    is_moving: bool
    percent: int
    told: tuple[str, ...]
    warning: str = ""
    word: str = ""

    @property
    def others_are_done(self) -> bool:
        """All but the parked ones."""
        handled = self.progress.sellers_done + self.progress.sellers_parked
        return not self.is_moving and handled == self.progress.sellers_total


def standing_of(work: Batched) -> Standing:
    progress = progress_of(work)
    is_moving = work.state in {"queued", "running"}
    return Standing(
        progress=progress,
        is_moving=is_moving,
        percent=_percent(work, progress),
        told=tuple(_told(work, progress)),
        warning=_warning(work, progress),
        word=state_word(work),
    )


def state_word(work: Batched) -> str:
    """A run that left sellers parked has issued everybody else's bills: it did not fail."""
    is_finished = isinstance(work, BillRun) and work.state == RunState.FAILED
    return "Finished, sellers parked" if is_finished else work.state_label


def _percent(work: Batched, progress: RunProgress) -> int:
    if work.lines_expected:
        return min(100, 100 * progress.weight_done // work.lines_expected)
    handled = progress.sellers_done + progress.sellers_parked
    return min(100, 100 * handled // work.sellers_total) if work.sellers_total else 0


def _told(work: Batched, progress: RunProgress) -> list[str]:
    told = [f"{progress.sellers_done:,} of {counted(progress.sellers_total, 'seller')}"]
    if progress.sellers_parked:
        word = "parked" if isinstance(work, BillRun) else "would be parked"
        told.append(f"{progress.sellers_parked:,} {word}")
    told.append(counted(progress.lines, "line"))
    if progress.rate:
        told.append(f"{counted(progress.rate, 'line')} a second")
    if progress.eta and progress.eta > timezone.now():
        told.append(f"about {timeuntil(progress.eta, depth=2)} left, until {clock(progress.eta)}")
    if work.finished_at and (begun := _begun(work)):
        seconds = (work.finished_at - begun).total_seconds()
        told.append(f"finished at {clock(work.finished_at)} after {seconds:.1f} s")
    return told


def _begun(work: Batched) -> datetime | None:
    """A retry is work of its own: what passed before it was no work."""
    return getattr(work, "retried_at", None) or work.started_at


def _warning(work: Batched, progress: RunProgress) -> str:
    """What is known if nothing has moved for a while, and what happens about it."""
    since = progress.stands_since
    if since is None:
        return ""
    again = f" It was handed out again at {clock(work.taken_up_at)}." if work.taken_up_at else ""
    if work.started_at is None:
        return (
            f"No worker has taken it up since {clock(work.created_at)}, {timesince(since)} ago."
            f"{again} The schedule hands it out until one does; see that a worker and beat run."
        )
    why = (
        f" Its last error, at {clock(work.last_error_at)}: {work.last_error}."
        if (work.last_error)
        else ""
    )
    return (
        f"It stands since {clock(since)}, for {timesince(since)}.{again}{why} What failed is tried "
        "again by itself, later and later; a seller who goes on failing is parked. If its worker "
        "died, another one goes on with it."
    )


def clock(instant: datetime | None) -> str:
    return f"{instant.astimezone(ZONE):%H:%M:%S}" if instant else "–"
