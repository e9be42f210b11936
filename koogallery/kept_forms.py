"""What was typed into a form of the console after its session had ended: kept until it is sent.

It waits in the session that begins with signing in again, for an hour, for the account alone that
this browser was signed in to last. Files do not: browsers let nobody choose them but their person.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from koogallery.known_browsers import known_accounts
from koogallery.portal.themes import own_address

View = Callable[[HttpRequest], HttpResponseBase]

KEPT: Final = "kept_form"
SECONDS: Final = 3600
MOST_CHARACTERS: Final = 100_000


def keep_forms(get_response: View) -> View:
    """Middleware: whoever sends a form without a session signs in, and is back at the form."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    def process_view(request: HttpRequest, *_view: Any) -> HttpResponse | None:
        match = request.resolver_match
        if request.user.is_authenticated:
            # It has been sent, or nobody came back for it.
            if kept := request.session.get(KEPT):
                is_sent = request.method == "POST" and kept["address"] == request.get_full_path()
                if is_sent or kept["until"] < time.time():
                    del request.session[KEPT]
            return None
        if request.method != "POST" or match is None or match.namespace != "console":
            return None
        accounts = known_accounts(request)
        if not accounts or request.headers.get("HX-Request"):
            return None
        told = _("You were signed out before this was done. Sign in, then do it again.")
        if keep(request, accounts[0]):
            told = _(
                "You were signed out before this was sent. What you typed is kept: sign in, and "
                "go on with it."
            )
            request.session.set_expiry(SECONDS)
        messages.warning(request, told)
        return redirect_to_login(form_of(request))

    respond.process_view = process_view  # type: ignore[attr-defined]
    return respond


def keep(request: HttpRequest, account: int) -> bool:
    """Whether it was a form that has a page to be shown on again."""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    typed = fields.urlencode()
    if not _has_a_page(request) or len(typed) > MOST_CHARACTERS:
        return False
    request.session[KEPT] = {
        "address": request.get_full_path(),
        "account": account,
        "until": int(time.time()) + SECONDS,
        "fields": typed,
    }
    return True


def form_of(request: HttpRequest) -> str:
    """Where the form stands that was sent."""
    address = request.get_full_path()
    if _has_a_page(request):
        return address
    return own_address(request, request.headers.get("Referer", "/"))


def refill(request: HttpRequest, form: forms.BaseForm) -> None:
    """A form that is shown anew: with what was typed into it and never arrived."""
    kept = request.session.get(KEPT, {})
    mine = (request.get_full_path(), request.user.pk)
    if form.is_bound or (kept.get("address"), kept.get("account")) != mine:
        return
    typed = QueryDict(kept["fields"])
    for name, field in form.fields.items():
        if not isinstance(field, forms.FileField):
            form.initial[name] = field.widget.value_from_datadict(typed, {}, form.add_prefix(name))
    messages.info(
        request,
        _("This is what you typed before; it has not been sent. Files have to be chosen again."),
    )


def _has_a_page(request: HttpRequest) -> bool:
    match = request.resolver_match
    view = getattr(match and match.func, "view_class", None)
    return view is not None and hasattr(view, "get") and "get" in view.http_method_names
