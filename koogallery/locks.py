"""Waiting for a lock, as few as may: whoever holds one seller's does not hold the whole portal."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.translation import gettext

from koogallery.kit.errors import Busy

Row = TypeVar("Row", bound=Model)

#: Of a web process half of the threads; who works or commands waits as long as it takes.
_PLACES = (
    BoundedSemaphore(max(settings.WEB_THREADS // 2, 1))
    if settings.PORTAL_PROCESS == "web"
    else None
)


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
    if _PLACES is None:
        yield
        return
    if not _PLACES.acquire(blocking=False):
        raise Busy(gettext("Others wait for the same already; send it again."))
    try:
        yield
    finally:
        _PLACES.release()
