"""Who signed in, who failed to, who was locked out: on record like any other act.

Django and axes tell it, from when the portal has started.

A session that is not used ends: an operator's soon, anybody else's after a working day.

One that is used ends, too, so many hours after its sign-in.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authentication_failed
from allauth.usersessions.models import UserSession
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from koogallery import audit
from koogallery.models import AccessToken, User
from koogallery.sign_in_limits import count_failure

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
            hours = settings.OPERATOR_SESSION_HOURS if user.is_staff else settings.SESSION_HOURS
            begun = request.session.setdefault(BEGUN, int(time.time()))
            if time.time() - float(begun) > 3600 * hours:
                logout(request)
            else:
                renew(request, user)
        return get_response(request)

    return respond


def _age(request: HttpRequest) -> float:
    return time.time() - float(request.session.get(RENEWED, 0))


KIND = "person"


@receiver(user_logged_in)
def _signed_in(*, request: Any, user: Any, **_: Any) -> None:
    begin(request, user)
    _record(user, "signed in", user.get_username())


@receiver(authentication_step_completed)
def _shown_again(*, request: Any, user: Any, reauthenticated: bool = False, **_: Any) -> None:
    """Whoever held the session's key before holds nothing any more."""
    if reauthenticated and request.user.pk == user.pk:
        request.session.cycle_key()
        UserSession.objects.create_from_request(request)


@receiver(post_save, sender=User)
def _tokens_end_with_the_password(instance: User, *, created: bool, **_: Any) -> None:
    """Whoever had the old one may have issued them."""
    if created or not instance.has_new_password:
        return
    instance.password_is_withdrawn = False
    now = timezone.now()
    for token in AccessToken.objects.in_force().filter(user=instance).order_by("pk"):
        AccessToken.objects.filter(pk=token.pk).update(revoked_at=now, modified_at=now)
        audit.note(None, "revoked", token, cause="new password")


@receiver(user_logged_out)
def _signed_out(*, user: Any, **_: Any) -> None:
    if user is not None:
        _record(user, "signed out", user.get_username())


@receiver(user_login_failed)
def _failed(*, credentials: dict[str, Any], request: Any = None, **_: Any) -> None:
    """On record for a name that there is; what else was typed, maybe a password, stands nowhere."""
    name = str(credentials.get("username") or "")
    if request is not None:
        count_failure(request, name)
    if _is_known(name):
        _record(None, "failed to sign in", name)


@receiver(authentication_failed)
def _failed_with_a_code(*, request: Any, user: User, **_: Any) -> None:
    """Counted like a password that was wrong."""
    count_failure(request, user.username)
    _record(None, "failed to sign in", user.username)


@receiver(user_locked_out)
def _locked_out(*, username: str | None = None, **_: Any) -> None:
    if username and _is_known(username):
        _record(None, "was locked out", username)


def name_to_count(request: Any, credentials: dict[str, Any] | None = None) -> str:
    """Under which axes counts: a name that there is, else only what tells two names apart."""
    name = str(
        (credentials or {}).get("username") or getattr(request, "POST", {}).get("username") or ""
    )
    return name if _is_known(name) else salted_hmac("unknown name", name).hexdigest()


def _is_known(name: str) -> bool:
    return User.objects.filter(username=name).exists()


def _record(actor: Any, verb: str, name: str) -> None:
    audit.record(actor, verb, KIND, name)
