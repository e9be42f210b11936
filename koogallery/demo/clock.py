"""The demo's clock: the real one, moved by a shift that all its processes and PostgreSQL share.

Django's `timezone.now` and the database's functions of time are the two places where the portal
asks for it, and both add the shift; Django's `timesince` is led to the first. What measures how
long something takes, signs or expires in Redis, and Celery's own schedule, keep the real one.

It exists where the demo's settings are in force (koogallery/demo/settings.py), in a database that
they migrated while it was empty; elsewhere there is nothing to move, and moving is refused.
"""

import datetime as dt
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from mmap import mmap
from pathlib import Path
from types import SimpleNamespace

from django.db import ProgrammingError, connection, transaction
from django.utils import timesince, timezone

from koogallery.kit.errors import Conflict

#: Below DATA_DIR: the shift in seconds, for the portal's processes.
FILE = "demo-clock"
#: The same for PostgreSQL: before its own functions of time come those of this schema.
SEARCH_PATH = "public,demo_clock,pg_catalog"
_INSTALL = Path(__file__).resolve().parent / "clock.sql"
_SECONDS = struct.Struct("d")
_MOVE = "UPDATE demo_clock.shift SET by = make_interval(secs => %s)"
_SHIFT = "SELECT extract(epoch FROM by) FROM demo_clock.shift"

real_now = timezone.now


class DemoClock:
    """`timezone.now` of a process of the demo."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(descriptor, _SECONDS.size)
            self._shared = mmap(descriptor, _SECONDS.size)
        finally:
            os.close(descriptor)

    @property
    def shift(self) -> timedelta:
        return timedelta(seconds=_SECONDS.unpack(self._shared)[0])

    @shift.setter
    def shift(self, shift: timedelta) -> None:
        self._shared[:] = _SECONDS.pack(shift.total_seconds())

    def __call__(self) -> datetime:
        return real_now() + self.shift


class _Any(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class _Told(datetime, metaclass=_Any):
    """What `timesince` takes for `datetime`: ages are by the demo's clock, too."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> datetime:  # type: ignore[override]
        return timezone.now().astimezone(tz).replace(tzinfo=tz)


def put_in_place(directory: Path) -> None:
    """For this process, before anything has asked for the time."""
    timezone.now = DemoClock(directory / FILE)
    told = SimpleNamespace(**{**vars(dt), "datetime": _Told})
    timesince.datetime = told  # type: ignore[attr-defined]


@contextmanager
def in_place(directory: Path) -> Iterator[None]:
    """For a while, in this process and on this connection, all in one transaction."""
    before = timezone.now
    try:
        put_in_place(directory)
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL search_path = {SEARCH_PATH}")
        install()
        yield
    finally:
        timezone.now = before


def install() -> None:
    """Its functions, and the defaults of columns by them; as the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(_INSTALL.read_text())


def agree() -> None:
    """What PostgreSQL keeps is what counts; a process may have died between the two."""
    clock = _clock()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_SHIFT)
            clock.shift = timedelta(seconds=float(cursor.fetchone()[0]))
    except ProgrammingError:
        raise _real() from None


def show(instant: datetime) -> None:
    """That instant, or the real now where it lies later; never an earlier one than before."""
    shift = min(instant - real_now(), timedelta(0))
    if shift > _clock().shift:
        _move(shift)


def begin_at(instant: datetime) -> None:
    """The one time that it goes back."""
    _move(instant - real_now())


def show_real_time() -> None:
    _move(timedelta(0))


def go_on_to(instant: datetime) -> None:
    """A day to come; only forward."""
    if instant <= timezone.now():
        raise Conflict("The demo's clock only goes forward.", code="clock_goes_forward")
    _move(instant - real_now())


def _move(shift: timedelta) -> None:
    clock = _clock()
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [shift.total_seconds()])
    clock.shift = shift


def _clock() -> DemoClock:
    if isinstance(timezone.now, DemoClock):
        return timezone.now
    raise _real()


def _real() -> Conflict:
    return Conflict(
        "This portal's clock is the real one, and nobody moves it: the demo, which lives in time, "
        "is made and served by ./run demo.",
        code="clock_is_real",
    )
