"""Your account: what a person changes of it themselves, whether they work here or for a seller."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, View

from koogallery import accounts
from koogallery.browsers import browser_name
from koogallery.kit.errors import DomainError
from koogallery.languages import Language
from koogallery.portal.sign_in import NewPasswordForm
from koogallery.portal.views import SignedInRequest
from koogallery.second_factor import has_to_have_one


class NameForm(forms.Form):
    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[("", gettext_lazy("As the browser asks")), *Language.choices],
        required=False,
        help_text=gettext_lazy("Of the pages and of e-mail."),
    )


class AccountFormPage(LoginRequiredMixin, FormView):
    """A form of one's own account; a refusal stands at its field."""

    request: SignedInRequest
    success_url = reverse_lazy("account")
    done = gettext_lazy("Your account is changed.")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect(self.success_url)

    def act(self, form: Any) -> None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class SessionRow:
    session: UserSession
    is_current: bool

    @property
    def browser(self) -> str:
        return browser_name(self.session.user_agent)


class AccountPage(AccountFormPage):
    """All of it on one page; what takes the password again has one of its own."""

    template_name = "account/account.html"
    is_wide = True
    form_class = NameForm

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.request.user, name) for name in NameForm.base_fields}

    def act(self, form: Any) -> None:
        user, entered = self.request.user, form.cleaned_data
        accounts.change_own_name(user, entered["first_name"], entered["last_name"])
        accounts.choose_language(user, entered["language"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = Authenticator.Type
        mine = list(Authenticator.objects.filter(user=self.request.user).order_by("pk"))
        codes = [each.wrap() for each in mine if each.type == kinds.RECOVERY_CODES]
        return super().get_context_data(
            sessions=list(self.sessions()),
            has_app=any(each.type == kinds.TOTP for each in mine),
            passkeys=[each for each in mine if each.type == kinds.WEBAUTHN],
            codes_left=sum(len(each.get_unused_codes()) for each in codes),
            has_to_have_one=has_to_have_one(self.request.user),
            **kwargs,
        )

    def sessions(self) -> Iterator[SessionRow]:
        here = self.request.session.session_key
        found = UserSession.objects.purge_and_list(self.request.user)
        for session in sorted(found, key=lambda each: each.created_at, reverse=True):
            yield SessionRow(session, session.session_key == here)


@method_decorator(reauthentication_required, name="dispatch")
class EndSessions(LoginRequiredMixin, View):
    """One of one's own, or every other than this one."""

    request: SignedInRequest
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        mine = UserSession.objects.filter(user=self.request.user)
        others = mine.exclude(session_key=request.session.session_key)
        if number := request.POST.get("session"):
            if not number.isdecimal():
                raise Http404
            others = others.filter(pk=number)
        ended = [session.end() for session in others]
        told = _("Ended: %(count)s.") % {"count": len(ended)}
        messages.success(request, told)
        return redirect("account")


class OwnPasswordForm(NewPasswordForm):
    """With the former one, compared as at sign-in: within the same limits, and counted alike."""

    former = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["former", "password", "repeated"]

    def __init__(self, request: SignedInRequest, **kwargs: Any) -> None:
        super().__init__(request.user, **kwargs)
        self.request = request

    def clean_former(self) -> str:
        former: str = self.cleaned_data["former"]
        name = self.user.get_username()
        if authenticate(self.request, username=name, password=former) != self.user:
            raise forms.ValidationError(_("This is not your present password."))
        return former


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChangePassword(AccountFormPage):
    """Every other session ends with the former password."""

    template_name = "account/form.html"
    form_class = OwnPasswordForm
    question = verb = gettext_lazy("Change the password")
    done = gettext_lazy("Your password is changed; other sessions and your tokens have ended.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"request": self.request, **super().get_form_kwargs()}

    def act(self, form: Any) -> None:
        update_session_auth_hash(self.request, form.save())
        UserSession.objects.create_from_request(self.request)


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("New e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("A link is sent there; the address changes once you open it."),
    )


@method_decorator(reauthentication_required, name="post")
@method_decorator(reauthentication_required, name="get")
class ChangeAddress(AccountFormPage):
    template_name = "account/form.html"
    form_class = AddressForm
    question = gettext_lazy("Change the e-mail address")
    verb = gettext_lazy("Send the link")
    done = gettext_lazy("The link is sent; the address changes once you open it.")

    def act(self, form: Any) -> None:
        accounts.ask_for_address(self.request.user, form.cleaned_data["email"])


class ConfirmAddress(AccountFormPage):
    """Asked by a button: mail programs open links before their readers do."""

    template_name = "account/form.html"
    form_class = forms.Form
    question = gettext_lazy("Confirm the e-mail address")
    verb = gettext_lazy("Confirm")
    done = gettext_lazy("Your e-mail address is changed.")

    def act(self, form: Any) -> None:  # noqa: ARG002
        accounts.confirm_address(self.request.user, self.kwargs["signed"])
