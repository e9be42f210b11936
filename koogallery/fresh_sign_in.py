"""A sign-in is old sooner for what moves money: then it is asked again who is there.

What counts as an act: whatever an operator sends in the admin, whatever a session sends to the API,
and the console's pages of keys, tokens, bank accounts and members.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from koogallery.kept_forms import form_of, keep
from koogallery.models import User
from koogallery.second_factor import is_signed_by_a_token, refused_call

View = Callable[[HttpRequest], HttpResponseBase]

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: Pages whose sight is a key, or whose form asks for what a fresh sign-in sends: from GET on.
ASKED_FIRST: Final = frozenset(
    {
        "access-key",
        "access-key-rotate",
        "bank-account-add",
        "member-add",
        "webhook-add",
        "webhook-change",
        "webhook-rotate",
    }
)
#: Pages that stay open to be read.
ASKED_ON_SENDING: Final = frozenset(
    {
        "member-role",
        "member-second-factor",
        "refund-agree",
        "token-list",
        "token-rotate",
    }
)


def ask_again(get_response: View) -> View:
    """Middleware, to stand below the one for second factors. What a token signs is not asked."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: Any) -> HttpResponse | None:
        user = request.user
        if not settings.FRESH_SIGN_IN_MINUTES or not isinstance(user, User):
            return None
        if is_signed_by_a_token(request) or not _is_an_act(request) or is_fresh(request, user):
            return None
        # Then back: to the page itself, or to the one that the form was on.
        told = _("Your sign-in was a while ago: show that it is you, then do it again.")
        if request.path.startswith("/api/") or request.headers.get("HX-Request"):
            return refused_call(told)
        back = request.get_full_path()
        if request.method not in SAFE:
            messages.warning(request, told)
            keep(request, user.pk)
            back = form_of(request)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

    respond.process_view = process_view  # type: ignore[attr-defined]
    return respond


def is_fresh(request: HttpRequest, user: User) -> bool:
    """A password or a second factor was shown in this session a short while ago."""
    shown = [each["at"] for each in get_authentication_records(request, user)]
    return time.time() - max(shown, default=0) < 60 * settings.FRESH_SIGN_IN_MINUTES


def _is_an_act(request: HttpRequest) -> bool:
    match, sends = request.resolver_match, request.method not in SAFE
    name = str(match.url_name) if match else ""
    if request.path.startswith("/api/"):
        return sends
    if request.path.startswith(reverse("admin:index")):
        return name not in {"login", "logout"} and (sends or name.endswith("_decide"))
    return name in ASKED_FIRST or (sends and name in ASKED_ON_SENDING)
