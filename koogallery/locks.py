"""Waiting for a lock, as few as may: whoever holds one seller's does not hold the whole portal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext

from koogallery.kit.errors import Busy

Row = TypeVar("Row", bound=Model)

#: Says in the environment of a call that nothing was done of it, since the room was full.
TURNED_AWAY = "koogallery.turned_away"
#: What a web process does when somebody leaves the room: it lets the next one in (front.py).
AFTERWARDS: list[Callable[[], None]] = []


class RoomIsFull(Busy):
    """As many as may wait do so already. A web process keeps the call and tries it again."""


@cache
def _places() -> BoundedSemaphore | None:
    """Of a web process half of the threads; who works or commands waits as long as it takes."""
    if settings.PORTAL_PROCESS != "web":
        return None
    return BoundedSemaphore(max(settings.WEB_THREADS // 2, 1))


def lock_first(rows: QuerySet[Row], **lock: Any) -> Row | None:
    """The first of these rows, locked: at once where it is free, else from the waiting room."""
    found = rows.select_for_update(skip_locked=True, **lock).first()
    if found is not None:
        return found
    with waiting_room():
        return rows.select_for_update(**lock).first()


@contextmanager
def waiting_room() -> Iterator[None]:
    """Around what may wait for somebody else's lock. Where it is full: busy, come again."""
    places = _places()
    if places is None:
        yield
        return
    if not places.acquire(blocking=False):
        raise RoomIsFull(gettext("Others wait for the same already; send it again."))
    try:
        yield
    finally:
        places.release()
        for each in AFTERWARDS:
            each()


def has_room() -> bool:
    """Whether one more could wait now."""
    places = _places()
    if places is None or not places.acquire(blocking=False):
        return places is None
    places.release()
    return True
