"""A session that is not used ends: an operator's soon, anybody else's after a working day.

One that is used ends, too, so many hours after its sign-in.
"""

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from koogallery.models import User

View = Callable[[HttpRequest], HttpResponseBase]

RENEWED: Final = "renewed_at"
BEGUN: Final = "begun_at"
#: How often it is written down that a session is in use.
RENEWED_EVERY: Final = 60


def renew(request: HttpRequest, user: User) -> None:
    """From now on as long as a session of such a person may stay unused."""
    minutes = settings.OPERATOR_IDLE_MINUTES if user.is_staff else settings.SESSION_IDLE_MINUTES
    request.session[RENEWED] = int(time.time())
    request.session.set_expiry(60 * minutes)


def begin(request: HttpRequest, user: User) -> None:
    """By a sign-in."""
    request.session[BEGUN] = int(time.time())
    renew(request, user)


def end_idle_sessions(get_response: View) -> View:
    """Middleware: a session that is used goes on; the row of one that is not expires by itself."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User) and _age(request) > RENEWED_EVERY:
            if _is_over(request, user):
                logout(request)
            else:
                renew(request, user)
        return get_response(request)

    return respond


def _is_over(request: HttpRequest, user: User) -> bool:
    hours = settings.OPERATOR_SESSION_HOURS if user.is_staff else settings.SESSION_HOURS
    begun = request.session.setdefault(BEGUN, int(time.time()))
    return time.time() - float(begun) > 3600 * hours


def _age(request: HttpRequest) -> float:
    return time.time() - float(request.session.get(RENEWED, 0))
