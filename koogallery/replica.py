"""Reads from a hot standby, where DATABASE_REPLICA_URL names one (docs/decisions/0036).

Pages, calls that only read, and files of lists are answered from it. Whoever wrote something reads
it at once: the standby answers them only once it has replayed their write. What it cannot answer,
because it is away, too far behind, has not found a row, or something is to be written after all,
the primary is asked.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from koogallery.models import User
from koogallery.outages import READ_ONLY, is_outage, sqlstate_of

Answer = TypeVar("Answer")
View = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)

ALIAS = "replica"
#: Of an answer that came from the standby: the commit of the last transaction it had replayed.
HEADER = "Data-As-Of"
SAFE = ("GET", "HEAD")
#: Whose pages are answered from it: what else is read belongs to signing in.
PAGES = ("console", "admin")
#: What asks which transactions are under way, which a standby does not know.
_PRIMARY_ONLY = "modified_since"
#: Seconds for which one that did not answer is left alone.
LEFT_ALONE = 10
#: How many times the greatest lag a write is remembered, as clocks differ.
_REMEMBERED = 6
_SINCE = "replica:since"
_WRITTEN = "SELECT pg_current_wal_insert_lsn()::text"
_REPLAYED = """
SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn, pg_last_xact_replay_timestamp(), now()
WHERE pg_is_in_recovery()
"""
_NOWHERE = "0/0"

_primary: ContextVar[Any] = ContextVar("primary", default=None)
_asked_again_at = 0.0


def is_configured() -> bool:
    return ALIAS in connections.databases


def read_replica(get_response: View) -> View:
    """Middleware, the last one: who the reader is has been read from the primary by then."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        request.as_of = None  # type: ignore[attr-defined]
        if not is_configured():
            return get_response(request)
        request.is_ahead = request.method not in SAFE  # type: ignore[attr-defined]
        answer = get_response(request)
        if as_of := request.as_of:  # type: ignore[attr-defined]
            answer.headers[HEADER] = as_of.isoformat()
        elif request.is_ahead and isinstance(request.user, User):  # type: ignore[attr-defined]
            # Where it cannot be remembered, the answer waits until the standby has it.
            try:
                with connection.cursor() as cursor:
                    cursor.execute(_WRITTEN)
                    cache.set(_key(request.user), cursor.fetchone()[0], _remembered_for())
            except Exception:  # noqa: BLE001  # whatever the cache's library raises
                waited_for()
        return answer

    def process_view(
        request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if match is None or match.namespace not in PAGES:
            return None

        def ask() -> HttpResponseBase:
            answer: HttpResponseBase = view(request, *args, **kwargs)
            return answer.render() if isinstance(answer, SimpleTemplateResponse) else answer

        return answered(request, ask)

    respond.process_view = process_view  # type: ignore[attr-defined]
    return respond


def answered(request: HttpRequest, ask: Callable[[], Answer]) -> Answer | None:
    """What the standby answers a reader; None where the primary is to be asked.

    Any error is a reason to ask the primary, which then raises it: a row that the standby does not
    have yet is not missing. What the reader has seen there does not vanish again afterwards.
    """
    if not (is_configured() and request.method in SAFE and isinstance(request.user, User)):
        return None
    if connection.in_atomic_block or _PRIMARY_ONLY in request.GET:
        return None
    as_of = _caught_up(_last_write(request.user))
    if as_of is None:
        return None
    request.as_of = as_of  # type: ignore[attr-defined]
    try:
        with reading():
            return ask()
    except Exception as error:  # noqa: BLE001  # the primary raises it
        _leave_alone_after(error)
        request.as_of = None  # type: ignore[attr-defined]
        request.is_ahead = True  # type: ignore[attr-defined]
        return None


@contextmanager
def reading() -> Iterator[None]:
    """Whatever this thread asks of the database is asked of the standby."""
    own = connections[DEFAULT_DB_ALIAS]
    aside = _primary.set(own)
    connections[DEFAULT_DB_ALIAS] = connections[ALIAS]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = own
        _primary.reset(aside)


@contextmanager
def on_primary() -> Iterator[None]:
    """Within `reading`, what is written; elsewhere nothing changes."""
    own, current = _primary.get(), connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = own or current
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = current


def waited_for() -> bool:
    """Whether the standby has replayed all there is now, for which it is given REPLICA_MAX_LAG."""
    if not is_configured():
        return False
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)
        [position] = cursor.fetchone()
    give_up = time.monotonic() + settings.REPLICA_MAX_LAG
    while _caught_up(position) is None:
        if time.monotonic() > give_up or time.monotonic() < _asked_again_at:
            return False
        time.sleep(0.05)
    return True


def lag() -> float | None:
    """Seconds since the commit that was replayed last; None without a standby that answers."""
    found = _replayed(_NOWHERE)
    return None if found is None else (found[2] - found[1]).total_seconds()


def _caught_up(position: str | None) -> datetime | None:
    """As of when the standby answers, if it has replayed `position` and is not too far behind.

    It is then never further behind than a write is remembered.
    """
    if position is None or (found := _replayed(position)) is None:
        return None
    has_replayed, as_of, now = found
    is_near = (now - as_of).total_seconds() <= settings.REPLICA_MAX_LAG
    return as_of if has_replayed and is_near else None


def _replayed(position: str) -> tuple[bool, datetime, datetime] | None:
    if not is_configured() or time.monotonic() < _asked_again_at:
        return None
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(_REPLAYED, [position])
            found: tuple[bool, datetime | None, datetime] | None = cursor.fetchone()
    except Error as error:
        _leave_alone_after(error)
        return None
    if found is None or found[1] is None:
        return None
    return found[0], found[1], found[2]


def _leave_alone_after(error: Exception) -> None:
    global _asked_again_at  # noqa: PLW0603  # of this process
    is_away = is_outage(error) and sqlstate_of(error) != READ_ONLY
    if is_away and connections[ALIAS].errors_occurred:
        logger.warning("The read replica does not answer; the primary does: %s", error)
        connections[ALIAS].close()
        _asked_again_at = time.monotonic() + LEFT_ALONE


def _last_write(user: User) -> str | None:
    """Up to where the reader has written, as far as it is remembered; None if nobody knows.

    A cache that was emptied has forgotten it: for as long as it would have been remembered.
    """
    try:
        since, position = map(cache.get_many([_SINCE, key := _key(user)]).get, [_SINCE, key])
        if since is None:
            cache.add(_SINCE, timezone.now().timestamp(), None)
    except Exception:  # noqa: BLE001  # whatever the cache's library raises
        return None
    if since is None or timezone.now().timestamp() - since < _remembered_for():
        return None
    return position or _NOWHERE


def _key(user: User) -> str:
    return f"replica:{user.pk}"


def _remembered_for() -> float:
    return _REMEMBERED * settings.REPLICA_MAX_LAG
