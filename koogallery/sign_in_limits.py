"""How often somebody may try to sign in: few from one address, few for one name, few at once.

The lock-out after repeated failures of one name from one address is axes'. These limits end what it
does not see: many names from one address, one name from many, and hashing that takes every thread.
Without Redis nobody is counted, and so nobody is refused.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from koogallery.addresses import client_address, client_network
from koogallery.models import Act, User

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponseBase]

#: Over which failures are counted.
WINDOW_SECONDS = 900
#: How long to wait where only the threads are taken.
BUSY_SECONDS = 2

_hashing = BoundedSemaphore(settings.SIGN_INS_AT_ONCE)


class TooManySignIns(Exception):
    """Not tried at all: whether the password was right is not told."""

    def __init__(self, wait: int) -> None:
        self.wait = wait


class LimitedBackend(ModelBackend):
    """Passwords are compared by few threads at once, and only within the limits."""

    def get_user(self, user_id: int) -> User | None:
        """With whether a seller of theirs asks for a second factor, in the same query."""
        asking = User.objects.filter(
            pk=OuterRef("pk"), memberships__seller__requires_second_factor=True
        )
        user = User.objects.annotate(is_asked=Exists(asking)).filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.is_asked_for_second_factor = user.is_asked
        return user

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> User | None:
        name = str(username or "")
        if request is not None and name:
            require_few_failures(request, name)
        with _room_to_hash():
            return super().authenticate(request, username, password, **more)


@contextmanager
def _room_to_hash() -> Iterator[None]:
    if not _hashing.acquire(blocking=False):
        raise TooManySignIns(BUSY_SECONDS)
    try:
        yield
    finally:
        _hashing.release()


def require_few_failures(request: HttpRequest, name: str) -> None:
    """A name that is tried from everywhere is still let in from where it has signed in before."""
    if _failures(_of_address(request)) >= settings.SIGN_IN_FAILURES_OF_ADDRESS:
        raise TooManySignIns(WINDOW_SECONDS)
    if _failures(_of_name(name)) >= settings.SIGN_IN_FAILURES_OF_NAME and not _is_usual(
        request, name
    ):
        raise TooManySignIns(WINDOW_SECONDS)


def count_failure(request: HttpRequest, name: str) -> None:
    for key in (_of_address(request), _of_name(name)):
        try:
            if not cache.add(key, 1, WINDOW_SECONDS):
                cache.incr(key)
        except (RedisError, ValueError) as fault:  # away, or expired meanwhile
            logger.warning("A failed sign-in is not counted: %s", fault)


def _failures(key: str) -> int:
    try:
        return int(cache.get(key, 0))
    except RedisError as fault:
        logger.warning("Failed sign-ins are not counted, Redis is away: %s", fault)
        return 0


def _of_address(request: HttpRequest) -> str:
    return f"sign-in:{client_network(request)}"


def _of_name(name: str) -> str:
    """What was typed stands nowhere, not even in the cache."""
    return f"sign-in:{sha256(name.encode(errors='replace')).hexdigest()}"


def _is_usual(request: HttpRequest, name: str) -> bool:
    address = client_address(request)
    signed_in = Act.objects.filter(actor__username=name, verb="signed in")
    return address is not None and signed_in.filter(ip_address=str(address)).exists()


def answer_too_many(get_response: View) -> View:
    """Middleware: wherever somebody signs in, the refusal is 429 with `Retry-After`."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_exception(_request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooManySignIns):
            return None
        return too_many(
            error.wait, _("Too many attempts to sign in. Wait a while, then try again.")
        )

    respond.process_exception = process_exception  # type: ignore[attr-defined]
    return respond


def too_many(wait: int, detail: str) -> HttpResponse:
    page = render_to_string("429.html", {"detail": detail})
    headers = {"Retry-After": str(wait)}
    return HttpResponse(page, status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)
