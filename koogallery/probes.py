"""What a load balancer asks: answered before host, TLS, session or anything else is looked at."""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from redis import Redis
from redis.exceptions import RedisError

from koogallery.clock import clock_difference
from koogallery.heartbeat import heartbeat
from koogallery.models import User

View = Callable[[HttpRequest], HttpResponseBase]

HEALTH, READY = "/health/", "/ready/"
#: Without these no call is answered well; the rest is done later, once it is back.
VITAL = frozenset({"database", "migrations", "clock"})
FINE = "ok"
BROKER_SECONDS = 1


def answer_probes(get_response: View) -> View:
    """Middleware, the outermost. Alive is who answers at all; ready, who can do its work."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.path == HEALTH:
            return HttpResponse("ok", content_type="text/plain")
        if request.path == READY and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return _told(dict(checks()))
        return get_response(request)

    return respond


def ready(request: HttpRequest) -> HttpResponse:
    """The same for a browser: operators read what it is that is missing."""
    found = dict(checks())
    user = request.user
    is_operator = isinstance(user, User) and user.sees_every_seller
    return JsonResponse(found, status=_status(found)) if is_operator else _told(found)


def _told(found: Mapping[str, str]) -> HttpResponse:
    """One word: ready; degraded, where only what is done later is; or not ready."""
    status = _status(found)
    if status != HTTPStatus.OK:
        word = "not ready"
    else:
        word = "ready" if set(found.values()) == {FINE} else "degraded"
    return HttpResponse(word, status=status, content_type="text/plain")


def _status(found: Mapping[str, str]) -> HTTPStatus:
    is_ready = all(found.get(name) == FINE for name in VITAL)
    return HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE


def checks() -> Iterator[tuple[str, str]]:
    try:
        connection.ensure_connection()
        yield "database", FINE
        there = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
        missing = sorted(there - set(MigrationRecorder(connection).applied_migrations()))
        yield "migrations", (", ".join(f"{app}.{name}" for app, name in missing) or FINE)
        yield "clock", f"{ahead} ahead of the database's" if (ahead := clock_difference()) else FINE
        beat = heartbeat()
        yield "schedule", f"last ran at {beat.sent_at}" if beat.beat_is_late else FINE
        yield "worker", f"last worked at {beat.done_at}" if beat.work_is_late else FINE
    except (DatabaseError, InterfaceError) as away:
        yield "database", str(away).strip()
    yield "broker", _broker()


def _broker() -> str:
    """Only Redis is asked: another broker has a watch of its own."""
    limits = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    try:
        with Redis.from_url(settings.REDIS_URL, **limits) as client:
            client.ping()
    except (RedisError, OSError) as away:
        return str(away)
    return FINE
