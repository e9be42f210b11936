"""Exports as jobs: asked for here, written by a worker, fetched until they expire.

A worker claims a job by its name in the row and gives signs of life while it writes. One that is
silent is given up: another takes the job up, and whatever the first still does finds its name gone.
"""

import logging
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO, Any, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import Error, InterfaceError, OperationalError, transaction
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from koogallery import audit, replica
from koogallery.duties import Duty
from koogallery.exports.files import WRITERS, Table
from koogallery.exports.kinds import ExportKind, Selection, kind_named
from koogallery.exports.parquet import require_installed
from koogallery.kit.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound
from koogallery.leases import held
from koogallery.models import ExportJob, User
from koogallery.models.exports import OPEN_STATES, ExportState, sellers_seen_by
from koogallery.numbering import next_number

Row = TypeVar("Row")

logger = logging.getLogger(__name__)

#: Between two signs of life, and after how long without one a worker is given up.
BEAT_SECONDS = 1.0
SILENT_AFTER = timedelta(seconds=60)
#: Queued this long without a worker: its message was lost.
UNHEARD_AFTER = timedelta(seconds=15)
ATTEMPTS = 3


class Taken(Exception):
    """The job is cancelled, or another worker's by now."""


def request_export(
    kind: str, form: str, query: str, *, by_client: bool = False, actor: User, language: str = "en"
) -> ExportJob:
    """Queue a list as a file. `query` is an address's query string, read now to refuse it now.

    Refused: an unknown list or format, Parquet where it is not installed, filters that cannot be
    read, too many exports at once.
    """
    if form not in WRITERS:
        raise InvalidInput(
            _("A list is exported as %(forms)s.") % {"forms": ", ".join(WRITERS)},
            code="unknown_format",
            field="format",
        )
    if form == "parquet":
        require_installed()
    chosen = kind_named(kind)
    select(chosen, query, actor, by_client=by_client)
    with transaction.atomic():
        _require_room(actor)
        job = ExportJob.objects.create(
            number=next_number("EX"),
            kind=kind,
            format=form,
            query=query,
            by_client=by_client,
            language=language,
            requested_by=actor,
            narrowed_to=actor.narrowed_to or "",
            every_seller=actor.sees_every_seller,
            sellers=[] if actor.sees_every_seller else sellers_seen_by(actor),
        )
        audit.note(actor, "requested", job, list=kind, format=form, query=query)
    return job


def _require_room(actor: User) -> None:
    """Under the lock of the user's row, so that two requests at once do not both find room."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    open_now = ExportJob.objects.filter(requested_by=actor, state__in=OPEN_STATES).count()
    if open_now >= settings.EXPORTS_AT_ONCE:
        raise Conflict(
            _("%(number)s of your exports are not finished yet; wait for one, or cancel one.")
            % {"number": open_now},
            code="too_many_exports",
        )


def select(kind: ExportKind, query: str, user: User, *, by_client: bool) -> Selection:
    asked = QueryDict(query)
    return (kind.by_client if by_client else kind.in_console)(user, asked)


def cancel_export(number: str, *, actor: User) -> ExportJob:
    """Give it up: a worker that is writing it notices within a second; a file is deleted."""
    job = ExportJob.objects.visible_to(actor).filter(number=number).first()
    if job is None:
        raise NotFound(_("There is no export %(number)s.") % {"number": number})
    if job.requested_by_id != actor.pk and not actor.may(Duty.MANAGE_PEOPLE):
        raise Forbidden(_("Only who asked for an export cancels it."), code="requester_only")
    job.move_to(ExportState.CANCELLED, finished_at=timezone.now(), modified_at=timezone.now())
    audit.note(actor, "cancelled", job)
    if job.file:
        _storage().delete(job.file)
    return job


@dataclass(slots=True)
class _Progress:
    """Counts rows as they are written, and says so once a second."""

    job: ExportJob
    worker: UUID
    done: int = 0
    told_at: float = 0.0

    def count(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            self.done += 1
            if time.monotonic() - self.told_at > BEAT_SECONDS:
                self.tell()

    def count_lines(self, selection: Selection) -> Iterator[bytes] | None:
        lines = selection.lines()
        return None if lines is None else self.count(lines)

    def tell(self, **more: int | None) -> None:
        self.told_at = time.monotonic()
        with replica.on_primary():
            told = _mine(self.job, self.worker).update(
                rows_done=self.done, progressed_at=Now(), **more
            )
        if not told:
            raise Taken


def write_export(number: str) -> None:
    """Write one queued job; nothing if it is anybody else's, or no longer wanted."""
    worker = uuid4()
    job = _claim(number, worker)
    if job is None:
        return
    try:
        with tempfile.TemporaryFile() as file:
            progress = _write(job, worker, file)
            _finish(job, worker, progress.done, file)
    except Taken:
        logger.info("Export %s is no longer this worker's.", number)
    except (OperationalError, InterfaceError):
        raise
    except DomainError as refusal:
        _fail(job, worker, refusal.detail)
    except Exception:
        logger.exception("Export %s failed.", number)
        _fail(job, worker, "It could not be written. KooGallery's operations can see why.")


def _claim(number: str, worker: UUID) -> ExportJob | None:
    queued = ExportJob.objects.filter(number=number, state=ExportState.QUEUED)
    taken = {"state": ExportState.RUNNING, "worker": worker, "progressed_at": Now()}
    if not queued.update(**taken, rows_done=0):
        return None
    return ExportJob.objects.select_related("requested_by").get(number=number)


def _write(job: ExportJob, worker: UUID, file: IO[bytes]) -> _Progress:
    """From the read replica, if it is there and goes on answering; else from the primary."""
    if replica.waited_for():
        try:
            with replica.reading():
                return _write_rows(job, worker, file)
        except Error as error:
            logger.warning("Export %s is written from the primary: %s", job.number, error)
            file.seek(0)
            file.truncate()
    return _write_rows(job, worker, file)


def _write_rows(job: ExportJob, worker: UUID, file: IO[bytes]) -> _Progress:
    kind, progress = kind_named(job.kind), _Progress(job, worker)
    with translation.override(job.language):
        selection = select(kind, job.query, _reader(job), by_client=job.by_client)
        progress.tell(rows_total=selection.count())
        rows = progress.count(selection.rows())
        lines = partial(progress.count_lines, selection)
        columns = selection.columns or kind.columns
        amounts = kind.amounts.intersection(columns)
        table = Table(
            columns,
            amounts,
            rows,
            lines,
            kind.words,
            together=kind.together,
            without=kind.without,
            types=selection.types,
        )
        WRITERS[job.format](file, table)
    progress.tell()
    return progress


def _reader(job: ExportJob) -> User:
    """The user as they were when they asked: a token's holder sees what the token shows."""
    user: User = job.requested_by
    user.narrowed_to = job.narrowed_to or None
    if not ExportJob.objects.visible_to(user).filter(pk=job.pk).exists():
        raise Conflict(_("You may no longer see what you asked for."), code="no_longer_allowed")
    return user


def _finish(job: ExportJob, worker: UUID, rows: int, file: IO[bytes]) -> None:
    size = file.tell()
    file.seek(0)
    name = _storage().save(f"{job.number}-{worker.hex}.{job.format}", File(file))
    now = timezone.now()
    ready = _mine(job, worker).update(
        state=ExportState.READY,
        rows_done=rows,
        rows_total=rows,
        size=size,
        file=name,
        progressed_at=Now(),
        finished_at=now,
        modified_at=now,
        expires_at=now + timedelta(days=settings.EXPORT_DAYS),
    )
    if not ready:
        _storage().delete(name)
        raise Taken


def _fail(job: ExportJob, worker: UUID, reason: str) -> None:
    now = timezone.now()
    _mine(job, worker).update(
        state=ExportState.FAILED, reason=reason, finished_at=now, modified_at=now
    )


def _mine(job: ExportJob, worker: UUID) -> Any:
    return ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING, worker=worker)


def open_export(number: str, *, actor: User) -> IO[bytes]:
    """The file, for whoever may see all it holds; that they took it is on record."""
    job, file = read_export(number, actor=actor)
    audit.note(actor, "downloaded", job, list=job.kind, rows=job.rows_done)
    return file


def read_export(number: str, *, actor: User) -> tuple[ExportJob, IO[bytes]]:
    """The file, for a page that shows what it holds."""
    job = ExportJob.objects.visible_to(actor).filter(number=number).first()
    if job is None:
        raise NotFound(_("There is no export %(number)s.") % {"number": number})
    if job.state != ExportState.READY or (job.expires_at and job.expires_at <= timezone.now()):
        raise Conflict(
            _("The export is %(state)s; there is no file.")
            % {"state": job.get_state_display().lower()},
            code="no_file",
        )
    return job, _storage().open(job.file)


def unheard_exports() -> list[str]:
    """Jobs to be queued anew: their message, or their worker, was lost. Three losses are enough."""
    now = timezone.now()
    running = ExportJob.objects.filter(
        ~held("progressed_at", SILENT_AFTER, ends=False), state=ExportState.RUNNING
    )
    for job in running:
        lost = _mine(job, job.worker) if job.worker else ExportJob.objects.none()
        if job.attempts + 1 >= ATTEMPTS:
            lost.update(
                state=ExportState.FAILED,
                reason=f"Its worker stopped {ATTEMPTS} times. Ask for fewer rows.",
                finished_at=now,
                modified_at=now,
            )
        else:
            lost.update(state=ExportState.QUEUED, worker=None, attempts=job.attempts + 1)
    waiting = ExportJob.objects.filter(
        ~held("progressed_at", UNHEARD_AFTER, ends=False), state=ExportState.QUEUED
    )
    return list(waiting.order_by("pk").values_list("number", flat=True))


def expire_exports() -> int:
    """Delete the files whose time has come; returns how many."""
    due = ExportJob.objects.filter(state=ExportState.READY, expires_at__lte=timezone.now())
    expired = 0
    for job in due.iterator():
        job.move_to(ExportState.EXPIRED, modified_at=timezone.now())
        _storage().delete(job.file)
        expired += 1
    return expired


def _storage() -> Storage:
    return storages["exports"]
