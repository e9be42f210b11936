"""The switch between the console's languages."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from koogallery import accounts
from koogallery.languages import Language
from koogallery.models import User
from koogallery.portal.themes import own_address, remember


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
