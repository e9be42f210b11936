"""The company, its members and its tokens: what belongs to one seller, chosen by `?seller=`."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from koogallery.events.mail_choices import wanted_mail
from koogallery.kit.errors import DomainError
from koogallery.models import ApprovalRequest
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.portal.forms import RoleForm
from sellers.portal.pages import SellerTemplatePage
from sellers.portal.webhook_forms import KindsForm
from sellers.services.authority import MANAGERS, MEMBERS, OWNERS
from sellers.services.members.mail_choices import choose_own_mail
from sellers.services.members.membership import change_role, remove_member, require_second_factor


class SettingsPage(SellerTemplatePage):
    """Of one seller; whoever has several chooses, an operator names it in the address."""

    @cached_property
    def seller(self) -> Seller:
        asked = self.request.GET.get("seller", "")
        mine = self.reader.sellers
        if mine is None:
            found = Seller.objects.filter(number=asked).first() if asked else Seller.objects.first()
        else:
            found = next((each for each in mine if not asked or each.number == asked), None)
        if found is None:
            raise Http404
        if not self.reader.may(self.who, found.pk):
            raise PermissionDenied
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_manage = self.reader.may(MANAGERS, self.seller.pk)
        return super().get_context_data(seller=self.seller, may_manage=may_manage, **kwargs)

    def address(self, page: str) -> str:
        return f"{reverse(f'console:{page}')}?seller={self.seller.number}"


class MemberList(SettingsPage):
    template_name = "sellers/member_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        members = self.seller.members.select_related("user").order_by("user__username")
        return super().get_context_data(
            members=[(member, RoleForm(initial={"role": member.role})) for member in members],
            roles=Role,
            is_owner=self.reader.may(OWNERS, self.seller.pk),
            invitations=self.seller.invitations.open().select_related("invited_by"),
            **kwargs,
        )


class FormPage(SettingsPage):
    """A form of its own that ends in one service; a refusal is a form error."""

    form_class: ClassVar[type[forms.Form]]

    def get(self, *_args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form_class(), **kwargs)

    def post(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.show(form, **kwargs)
        try:
            return self.act(form)
        except DomainError as refusal:
            field = refusal.field.partition(".")[0]
            form.add_error(field if field in form.fields else None, refusal.detail)
            return self.show(form, **kwargs)

    def show(self, form: forms.Form, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **kwargs))

    def act(self, form: forms.Form) -> HttpResponse:
        raise NotImplementedError


def waits_for_another(request: ApprovalRequest) -> str:
    return _("%(request)s waits for another operator's approval.") % {"request": request}


class MemberAct(SettingsPage):
    """Acts on one member, named by the user name that is posted."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        try:
            self.act(self.member())
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        return redirect(self.address("member-list"))

    def member(self) -> Member:
        username = self.request.POST.get("username", "")
        found = self.seller.members.filter(user__username=username).first()
        if found is None:
            raise Http404
        return found

    def act(self, member: Member) -> None:
        raise NotImplementedError


class ChangeRole(MemberAct):
    performs = change_role

    def act(self, member: Member) -> None:
        form = RoleForm(self.request.POST)
        if not form.is_valid():
            raise Http404
        username = member.user.username
        came = change_role(
            self.seller.number, username, form.cleaned_data["role"], actor=self.request.user
        )
        if isinstance(came, ApprovalRequest):
            messages.warning(self.request, waits_for_another(came))
            return
        messages.success(self.request, _("%(name)s has another role now.") % {"name": username})


class RequireSecondFactor(SettingsPage):
    performs = require_second_factor
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        required = request.POST.get("required") == "yes"
        try:
            require_second_factor(self.seller.number, required, actor=self.request.user)
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(request, _("How your members sign in is changed."))
        return redirect(self.address("member-list"))


class RemoveMember(MemberAct):
    who = MANAGERS

    def act(self, member: Member) -> None:
        remove_member(self.seller, member.user.username, actor=self.request.user)
        messages.success(
            self.request, _("%(name)s is no member any more.") % {"name": member.user.username}
        )


class LeaveSeller(SettingsPage):
    """By oneself, at any time but as the last owner."""

    who = MEMBERS

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        try:
            remove_member(self.seller, self.request.user.username, actor=self.request.user)
        except DomainError as refusal:
            messages.error(request, refusal.detail)
            return redirect(self.address("member-list"))
        left = _("You are no member of %(company_name)s any more.")
        messages.success(request, left % {"company_name": self.seller.company_name})
        return redirect("home")


class MailChoices(SettingsPage):
    """Of the reader alone: nobody chooses for somebody else."""

    template_name = "sellers/mail_choices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = wanted_mail(self.request.user, self.seller.number)
        form = KindsForm(initial={"kinds": wanted})
        return super().get_context_data(form=form, is_member=self._is_member, **kwargs)

    @property
    def _is_member(self) -> bool:
        return self.reader.sellers is not None

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = KindsForm(request.POST)
        if form.is_valid() and self._is_member:
            choose_own_mail(self.seller, form.cleaned_data["kinds"], actor=self.request.user)
            messages.success(request, _("Your choice is saved."))
        else:
            messages.error(request, _("Nothing was saved."))
        return redirect(self.address("mail-choices"))
