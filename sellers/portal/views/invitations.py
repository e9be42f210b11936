"""Invitations: offered and withdrawn by owners, answered by whoever reads the mail."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic.base import View

from koogallery.kit.errors import DomainError, NotFound
from koogallery.models import ApprovalRequest, User
from koogallery.portal.navigation import FIRST_PAGE
from koogallery.portal.sign_in import PasswordTwiceForm, sign_in
from sellers.models import Invitation, Member
from sellers.portal.forms import InvitationForm
from sellers.portal.views.settings import FormPage, SettingsPage, waits_for_another
from sellers.services.members import invitations


class InviteMember(FormPage):
    performs = invitations.invite_member
    template_name = "sellers/member_add.html"
    form_class = InvitationForm

    def act(self, form: Any) -> HttpResponse:
        came = invitations.invite_member(
            self.seller.number, **form.cleaned_data, actor=self.request.user
        )
        if isinstance(came, ApprovalRequest):
            messages.warning(self.request, waits_for_another(came))
        else:
            told = _("%(email)s is invited and hears of it by e-mail.")
            messages.success(self.request, told % {"email": came.email})
        return redirect(self.address("member-list"))


class WithdrawInvitation(SettingsPage):
    performs = invitations.withdraw_invitation
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        number = request.POST.get("number", "")
        try:
            invitations.withdraw_invitation(number, actor=self.request.user)
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        return redirect(self.address("member-list"))


class AnswerInvitation(View):
    """The page that the link in the mail leads to: it takes no account to be read or declined."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG002
        return self.show(PasswordTwiceForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = PasswordTwiceForm(request.POST)
        try:
            answered = self.answer(form, token)
        except NotFound:
            raise Http404 from None
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.detail)
            answered = None
        return answered or self.show(form)

    def answer(self, form: PasswordTwiceForm, token: str) -> HttpResponse | None:
        if self.request.POST.get("answer") == "decline":
            invitations.decline_invitation(token)
            return render(self.request, "sellers/invitation_declined.html")
        if isinstance(self.request.user, User):
            form.errors.clear()
            return self.welcome(invitations.accept_invitation(token, actor=self.request.user))
        if not form.is_valid():
            return None
        password = form.cleaned_data["password"]
        member = invitations.accept_with_new_account(token, password)
        welcomed = self.welcome(member)
        return sign_in(self.request, member.user, welcomed["Location"])

    def welcome(self, member: Member) -> HttpResponse:
        told = _("You are a member of %(company_name)s now.")
        messages.success(self.request, told % {"company_name": member.seller.company_name})
        return redirect(FIRST_PAGE)

    def show(self, form: PasswordTwiceForm) -> HttpResponse:
        context = {"invitation": self.invitation, "form": form}
        return render(self.request, "sellers/invitation.html", context)

    @cached_property
    def invitation(self) -> Invitation:
        try:
            return invitations.read_invitation(self.kwargs["token"])
        except NotFound:
            raise Http404 from None
