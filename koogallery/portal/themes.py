"""Light or dark: the browser's preference unless this browser chose otherwise."""

from django import forms
from django.conf import settings
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from koogallery import accounts
from koogallery.languages import Language
from koogallery.models import User

COOKIE = f"{settings.COOKIES}theme"
ONE_YEAR = 365 * 24 * 3600


class Theme(TextChoices):
    SYSTEM = "system", _("System")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme.choices)
    next = forms.CharField(required=False)


def chosen_theme(request: HttpRequest) -> Theme:
    try:
        return Theme(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return Theme.SYSTEM


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember the choice in a cookie: no script, and no flash of the other theme."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    response = redirect(own_address(request, form.cleaned_data["next"]))
    return remember(request, response, COOKIE, form.cleaned_data["theme"])


def remember(
    request: HttpRequest, response: HttpResponse, cookie: str, choice: str
) -> HttpResponse:
    """In this browser, for a year."""
    response.set_cookie(
        cookie,
        choice,
        max_age=ONE_YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def own_address(request: HttpRequest, address: str) -> str:
    """An address of this portal that was asked for; its first page instead of any other's."""
    own = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if own else "/"


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=Language.choices)
    next = forms.CharField(required=False)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the choice in a cookie, and for e-mail and other browsers on the user's account."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    language = form.cleaned_data["language"]
    if isinstance(request.user, User):
        accounts.choose_language(request.user, language)
    response = redirect(own_address(request, form.cleaned_data["next"]))
    return remember(request, response, settings.LANGUAGE_COOKIE_NAME, language)
