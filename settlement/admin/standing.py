"""How far a run or a preview has come, as its page says it: the truth also when nothing moves.

Acts whose effect on the seller is shown before they are confirmed, and then done exactly so.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from koogallery.acts import Act
from koogallery.kit.language import marked_number, paragraph
from koogallery.kit.seen import Seen
from koogallery.models import User
from koogallery.settlement_time import ZONE
from koogallery.telling import LINES, counted
from settlement.choices import RunState
from settlement.models import Batched, BillRun
from settlement.readings.progress import RunProgress, progress_of
from settlement.services.previews.effects import act_as_rehearsed, rehearse


class Rehearsed(TypedDict):
    """Of a decision (koogallery.admin.deciding.Decision)."""

    foresee: Callable[..., Seen]
    act: Callable[..., Any]


def rehearsed(act: Act[..., Any], do: Callable[..., Any] | None = None) -> Rehearsed:
    """`act` first rolled back to be shown, then done if it still has the same effect.

    `do` calls it with what the form of a page does not ask.
    """
    do = do or act

    def foresee(name: str, *, actor: User, **entered: Any) -> Seen:
        return rehearse(partial(do, name, **entered, actor=actor), seller_of(name), actor=actor)

    def confirm(name: str, *, seen: str, actor: User, **entered: Any) -> object:
        doing = partial(do, name, **entered, actor=actor)
        return act_as_rehearsed(doing, seller_of(name), seen, actor=actor)

    def seller_of(name: str) -> str:
        row = act.rows.get(number=name)
        return str(getattr(row, "seller", row).number)

    return {"foresee": foresee, "act": confirm}


OF_SELLERS = marked_number("%(done)s of %(count)s seller", "%(done)s of %(count)s sellers")
A_SECOND = marked_number("%(count)s line a second", "%(count)s lines a second")


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
    return _("Finished, sellers parked") if is_finished else work.state_label


def _percent(work: Batched, progress: RunProgress) -> int:
    if work.lines_expected:
        return min(100, 100 * progress.weight_done // work.lines_expected)
    handled = progress.sellers_done + progress.sellers_parked
    return min(100, 100 * handled // work.sellers_total) if work.sellers_total else 0


def _told(work: Batched, progress: RunProgress) -> list[str]:
    done = {"done": f"{progress.sellers_done:,}", "count": f"{progress.sellers_total:,}"}
    told = [ngettext(*OF_SELLERS, progress.sellers_total) % done]
    if progress.sellers_parked:
        word = (
            _("%(count)s parked") if isinstance(work, BillRun) else _("%(count)s would be parked")
        )
        told.append(word % {"count": f"{progress.sellers_parked:,}"})
    told.append(counted(progress.lines, LINES))
    if progress.rate:
        told.append(counted(progress.rate, A_SECOND))
    if progress.eta and progress.eta > timezone.now():
        left = {"left": timeuntil(progress.eta, depth=2), "clock": clock(progress.eta)}
        told.append(_("about %(left)s left, until %(clock)s") % left)
    # A retry is work of its own: what passed before it was no work.
    if work.finished_at and (begun := (getattr(work, "retried_at", None) or work.started_at)):
        seconds = (work.finished_at - begun).total_seconds()
        took = {"clock": clock(work.finished_at), "seconds": f"{seconds:.1f}"}
        told.append(_("finished at %(clock)s after %(seconds)s s") % took)
    return told


def _warning(work: Batched, progress: RunProgress) -> str:
    """What is known if nothing has moved for a while, and what happens about it."""
    since = progress.stands_since
    if since is None:
        return ""
    return paragraph(_warnings(work, since))


def _warnings(work: Batched, since: datetime) -> Iterator[str]:
    if work.started_at is None:
        waited = {"clock": clock(work.created_at), "time": timesince(since)}
        yield _("No worker has taken it up since %(clock)s, %(time)s ago.") % waited
    else:
        stood = {"clock": clock(since), "time": timesince(since)}
        yield _("It stands since %(clock)s, for %(time)s.") % stood
    if work.taken_up_at:
        yield _("It was handed out again at %(clock)s.") % {"clock": clock(work.taken_up_at)}
    if work.started_at is None:
        yield _("The schedule hands it out until one does; see that a worker and beat run.")
        return
    if work.last_error:
        error = {"clock": clock(work.last_error_at), "error": work.last_error}
        yield _("Its last error, at %(clock)s: %(error)s.") % error
    yield _(
        "What failed is tried again by itself, later and later; a seller who goes on failing is "
        "parked. If its worker died, another one goes on with it."
    )


def clock(instant: datetime | None) -> str:
    return f"{instant.astimezone(ZONE):%H:%M:%S}" if instant else "–"
