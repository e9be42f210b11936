"""Whether a bill bears its seal: for anybody who holds one, without an account (R7.3)."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.base import TemplateView, View
from redis.exceptions import RedisError

from koogallery.addresses import client_network
from koogallery.sign_in_limits import too_many
from settlement.portal.glossary import GROUPS
from settlement.readings.seal_checks import is_seal_of

#: Over which the calls from one address are counted.
WINDOW_SECONDS = 60


class SealForm(forms.Form):
    """What stands on the bill."""

    bill = forms.RegexField(r"^[A-Za-z0-9._:-]{1,60}$", label=gettext_lazy("Number of the bill"))
    seal = forms.RegexField(r"^[0-9A-Fa-f]{64}$", label=gettext_lazy("Seal"))


class VerifySeal(View):
    """Says nothing but valid or not: not whether there is such a bill, nor whose it is."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if _asks_too_often(request):
            return too_many(WINDOW_SECONDS, _("Too many seals were checked from here."))
        form = SealForm(request.GET or None)
        valid = form.is_valid() and is_seal_of(**form.cleaned_data)
        if request.accepts("application/json") and not request.accepts("text/html"):
            return JsonResponse({"valid": valid})
        return render(request, "settlement/verify.html", {"form": form, "valid": valid})


def _asks_too_often(request: HttpRequest) -> bool:
    """Without Redis nobody is counted, and so nobody is refused."""
    key = f"verify:{client_network(request)}"
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        return int(cache.incr(key)) > settings.VERIFY_CALLS_OF_ADDRESS
    except (RedisError, ValueError):  # away, or expired meanwhile
        return False


class RulesPage(TemplateView):
    """The settlement rules in words, for everybody: a figure's rule leads to its place here."""

    template_name = "settlement/rules.html"


class GlossaryPage(TemplateView):
    """The words of settlement, for everybody: texts that explain lead to them."""

    template_name = "settlement/glossary.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(groups=GROUPS, **kwargs)
