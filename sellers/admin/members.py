"""Who acts for a seller: invited, given another role and removed by the services of R9.1 alone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminSelectWidget

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, by_verb, decision_of
from koogallery.duties import Duty
from koogallery.models import Act, User
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.services.members import invitations, membership


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        choices=Role.choices,
        widget=UnfoldAdminSelectWidget(),
        help_text=_("To let somebody do more than read takes another operator's approval."),
    )


class InvitationForm(RoleForm):
    email = forms.EmailField(
        label=_("E-mail"),
        widget=UnfoldAdminEmailInputWidget(),
        help_text=_("Whoever reads the mail of this address accepts or declines."),
    )
    field_order = ["email", "role"]


def _of_invitation(seller: Seller, _: User) -> str:
    return gettext("The seller has left.") if seller.left_at else ""


#: On the page of the seller.
INVITE = decision_of(
    invitations.invite_member, verb="member", form=InvitationForm, refusal=_of_invitation
)


def _member(pk: str) -> Member:
    return Member.objects.select_related("seller", "user").get(pk=pk)


def _change(pk: str, *, role: str, actor: User) -> Any:
    member = _member(pk)
    return membership.change_role(member.seller.number, member.user.username, role, actor=actor)


def _remove(pk: str, *, actor: User) -> None:
    member = _member(pk)
    membership.remove_member(member.seller, member.user.username, actor=actor)


DECISIONS: Mapping[str, Decision] = by_verb(
    decision_of(
        membership.change_role,
        verb="role",
        label=_("Change the role"),
        question=_("Which role shall this member have?"),
        form=RoleForm,
        act=_change,
        done=_("The role is changed."),
    ),
    Decision(
        verb="remove",
        duty=Duty.MANAGE_SELLERS,
        label=_("Remove"),
        question=_("Shall this member no longer act for the seller?"),
        form=forms.Form,
        act=_remove,
        refusal=lambda _member, _user: "",
        done=_("The member is removed."),
        is_final=True,
    ),
)


@admin.register(Member)
class MemberAdmin(DecidingAdmin):
    reading = Duty.MANAGE_SELLERS
    recorded_as = "member"
    decisions = DECISIONS
    list_display = ["who", "seller", "role"]
    list_filter = ["role", "seller"]
    search_fields = ["user__username__icontains", "user__email__icontains", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Name or e-mail of a user, or a seller’s number or name")
    list_select_related = ["user"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "seller")

    @columns.shown(_("User"), ordering="user__username")
    def who(self, member: Member) -> str:
        return str(member.user.get_username())

    def number_of(self, row: Member | None) -> str:
        return row.user.username if row else ""

    def name_of(self, row: Member) -> str:
        return str(row.pk)

    def page_context(self, row: Member, user: User) -> dict[str, Any]:
        return {
            "acts": Act.objects.of("member", self.number_of(row)).filter(
                seller_number=row.seller.number
            )
        }

    def form_options(self, request: HttpRequest, row: Member, decision: Decision) -> dict[str, Any]:
        return {"initial": {"role": row.role}} if decision.verb == "role" else {}

    def answer(self, request: HttpRequest, row: Any, decision: Decision, came: Any) -> HttpResponse:
        """A member who was removed has no page any more: on to the seller's."""
        if decision.verb != "remove":
            return super().answer(request, row, decision, came)
        self.message_user(request, decision.done, messages.SUCCESS)
        return redirect(columns.address_of(row.seller))
