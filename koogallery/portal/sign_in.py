"""Signing in, in steps: the password, then the second factor of who has one; and lost passwords."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from koogallery import accounts, single_sign_on
from koogallery.kit.errors import DomainError
from koogallery.models import User
from koogallery.sign_in_limits import require_few_failures


def sign_in(request: HttpRequest, user: User, then: str) -> HttpResponse:
    """Whoever has shown a password; a second factor is asked for on the next page.

    The password was typed just now, so nothing asks for it again for a while.
    """
    record_authentication(request, user, "password", reauthenticated=True)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=then))
    return answer


class SignIn(LoginView):
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        door, name = single_sign_on.door(self.get_redirect_url()), settings.SSO_NAME
        return super().get_context_data(door=door, provider=name, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        return sign_in(self.request, form.get_user(), self.get_success_url())


class SignOut(LogoutView):
    """The browser forgets what it has seen here; which language and theme it speaks it may keep."""

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = super().dispatch(*args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


class LostPasswordForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("The one that your account has."),
    )


class LostPassword(FormView):
    """One answer, in the same time, whether there is an account or not."""

    template_name = "registration/password_reset.html"
    form_class = LostPasswordForm

    def form_valid(self, form: forms.Form) -> HttpResponse:
        address = form.cleaned_data["email"]
        require_few_failures(self.request, address)
        accounts.ask_for_link(address)
        context = self.get_context_data(form=form, asked_for=address)
        return self.render_to_response(context)


class PasswordTwiceForm(forms.Form):
    """Twice the same; whether it is good enough the service says."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=gettext_lazy("New password, once more"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        if repeated != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ."))
        return repeated


class NewPasswordForm(PasswordTwiceForm):
    """Of somebody who has an account."""

    def __init__(self, user: User, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                accounts.require_password(entered["password"], self.user)
            except DomainError as refusal:
                self.add_error("password", refusal.detail)
        return entered

    def save(self) -> User:
        accounts.change_own_password(self.user, self.cleaned_data["password"])
        return self.user


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChoosePassword(PasswordResetConfirmView):
    """Where the link in a mail leads: it works once, and signs nobody in."""

    template_name = "registration/password_choose.html"
    form_class = NewPasswordForm  # type: ignore[assignment]  # has its own `save`, as asked for
    success_url = reverse_lazy("account_login")

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        messages.success(self.request, _("The password is changed. Sign in with it."))
        return answer
