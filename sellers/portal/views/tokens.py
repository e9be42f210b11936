"""A seller's tokens: each is shown once, in the answer to the form that issued or rotated it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from koogallery.kit.errors import DomainError
from koogallery.models import AccessToken
from sellers.portal.forms import TokenForm
from sellers.portal.views.settings import FormPage, SettingsPage
from sellers.rules.tokens import TokenTerms
from sellers.services.access import tokens
from sellers.services.access.tokens import Issued
from sellers.services.authority import MANAGERS


class TokenList(FormPage):
    who = MANAGERS
    template_name = "sellers/token_list.html"
    form_class = TokenForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = AccessToken.objects.filter(seller_number=self.seller.number)
        shown = mine.select_related("user", "replaced_by", "last_use").order_by("-number")
        grace = settings.TOKEN_GRACE_HOURS
        return super().get_context_data(tokens=shown, grace_hours=grace, **kwargs)

    def act(self, form: forms.Form) -> HttpResponse:
        chosen = form.cleaned_data
        days = timedelta(days=int(chosen["valid_days"]))
        terms = TokenTerms(chosen["name"], days, chosen["allowed_networks"])
        issued = tokens.issue_token(
            self.seller.number, terms, may_write=chosen["may_write"], actor=self.request.user
        )
        return self.show_once(issued)

    def show_once(self, issued: Issued) -> HttpResponse:
        return self.show(TokenForm(), issued=issued.token, secret=issued.secret)


class RotateToken(TokenList):
    """The successor is shown on the list; nothing is shown again by loading the page again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        try:
            issued = tokens.rotate_token(_number(request), actor=self.request.user)
        except DomainError as refusal:
            messages.error(request, refusal.detail)
            return redirect(self.address("token-list"))
        return self.show_once(issued)


class RevokeToken(SettingsPage):
    who = MANAGERS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        try:
            tokens.revoke_token(_number(request), actor=self.request.user)
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        else:
            told = _("The token is revoked. Programs that use it are refused now.")
            messages.success(request, told)
        return redirect(self.address("token-list"))


def _number(request: HttpRequest) -> str:
    return request.POST.get("number", "")
