"""Setting up, showing and giving up a second factor: allauth's pages, on record, in our words."""

from typing import Any, ClassVar

from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from koogallery import accounts
from koogallery.models import User
from koogallery.second_factor import has_one, was_shown
from koogallery.sign_in_limits import require_few_failures

ATTRIBUTES = {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}


class LimitedCode(forms.Form):
    """A code is tried within the limits of passwords, and never where its use cannot be noted."""

    label: ClassVar[Any] = gettext_lazy("Code of your authenticator app, or a recovery code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=self.label, max_length=20, widget=forms.TextInput(ATTRIBUTES)
        )

    def clean_code(self) -> str:
        user: Any = self.user  # type: ignore[attr-defined]  # of the form that this is mixed into
        require_few_failures(context.request, user.username)
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class CodeForm(LimitedCode, AuthenticateForm):
    """At sign-in."""


class CodeAgainForm(LimitedCode, ReauthenticateForm):
    """Of who is signed in."""


class FirstCodeForm(LimitedCode, ActivateTOTPForm):
    """The code that sets the app up signs nobody in."""

    label = gettext_lazy("Code that the app shows")

    def clean_code(self) -> str:
        code = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)  # noqa: SLF001  # as at sign-in
        return code


def _shown_first(request: HttpRequest) -> HttpResponse | None:
    """Who has a factor changes none, and reads no codes, from a session that has not shown it."""
    user = request.user
    if not isinstance(user, User) or was_shown(request, user) or not has_one(user):
        return None
    return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}")


class ShownFirst:
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _shown_first(request) or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class FactorPage(ShownFirst):
    """A change of one's second factors: one transaction with its record and its mail."""

    request: Any
    change: ClassVar[str]
    factor: ClassVar[str] = ""
    success_url = reverse_lazy("account")

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            accounts.note_factor(self.request.user, self.change, self.factor)
        return answer


class AddedFactorPage(FactorPage):
    change = "factor_added"

    def form_valid(self, form: Any) -> HttpResponse:
        """It has been shown with that, in this session."""
        answer = super().form_valid(form)
        record_authentication(
            self.request, self.request.user, "mfa", type=self.factor, reauthenticated=True
        )
        return answer


class SetUpApp(AddedFactorPage, ActivateTOTPView):
    factor = Authenticator.Type.TOTP


class AddPasskey(AddedFactorPage, AddWebAuthnView):
    factor = Authenticator.Type.WEBAUTHN


class RemoveApp(FactorPage, DeactivateTOTPView):
    change, factor = "factor_removed", Authenticator.Type.TOTP


class RemovePasskey(FactorPage, RemoveWebAuthnView):
    change, factor = "factor_removed", Authenticator.Type.WEBAUTHN

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refused, as for the app, where it is the last and has to be there."""
        mine = Authenticator.objects.filter(user__pk=request.user.pk, pk=kwargs["pk"]).first()
        adapter = get_adapter()
        if mine is not None and not adapter.can_delete_authenticator(mine):
            messages.error(request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return redirect("account")
        return super().dispatch(request, *args, **kwargs)


class RecoveryCodes(ShownFirst, ViewRecoveryCodesView):
    pass


class NewRecoveryCodes(FactorPage, GenerateRecoveryCodesView):
    change = "codes_made"
    success_url = reverse_lazy("mfa_view_recovery_codes")
