"""Signing up, in two steps: an address, then whoever reads mail there makes its account.

The password is chosen where the link leads and not before: nobody makes an account, with a password
that they know, for somebody else's address.
"""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from koogallery import accounts
from koogallery.kit.errors import DomainError, NotFound
from koogallery.portal.sign_in import PasswordTwiceForm, sign_in
from koogallery.sign_in_limits import count_failure, require_few_failures

#: Where a person without a company goes on.
THEN = "console:seller-application-add"


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=150,  # a user name's
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("It becomes your user name. A link is sent there."),
    )


class SignUp(FormView):
    """One answer, in the same time, whether there is an account or not."""

    template_name = "registration/sign_up.html"
    form_class = AddressForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect(THEN)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Each mail that a stranger has sent counts as a failed sign-in does."""
        address = form.cleaned_data["email"]
        require_few_failures(self.request, address)
        count_failure(self.request, address)
        try:
            accounts.ask_to_sign_up(address)
        except DomainError as refusal:
            form.add_error("email", refusal.detail)
            return self.form_invalid(form)
        context = self.get_context_data(form=form, asked_for=address)
        return self.render_to_response(context)


class NewAccountForm(PasswordTwiceForm):
    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    field_order = ["first_name", "last_name", "password", "repeated"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["repeated"].label = _("Password, once more")


@method_decorator(sensitive_post_parameters(), name="dispatch")
class FinishSignUp(FormView):
    """Where the link leads: the account is made, signed in, and at the application form."""

    template_name = "registration/sign_up_finish.html"
    form_class = NewAccountForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.address  # noqa: B018  # asked for here, so that the page says it is over
        except NotFound:
            return render(request, self.template_name, {"form": None})
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def address(self) -> str:
        return accounts.address_of_link(self.kwargs["signed"])

    def form_valid(self, form: forms.Form) -> HttpResponse:
        entered = form.cleaned_data
        try:
            user = accounts.sign_up(
                self.kwargs["signed"],
                entered["first_name"],
                entered["last_name"],
                entered["password"],
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
            return self.form_invalid(form)
        return sign_in(self.request, user, reverse(THEN))
