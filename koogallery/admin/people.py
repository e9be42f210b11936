"""People and clients: managed by superusers; who is no superuser does not see them."""

from collections.abc import Mapping
from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401 (registers sessions)
import django.contrib.auth.admin  # noqa: F401 (registers groups)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from koogallery import people, signing_in
from koogallery.admin import columns, facts
from koogallery.admin.deciding import DecidingAdmin, Decision
from koogallery.admin.new_work import new_work
from koogallery.duties import ROLES, Duty, OperatorRole
from koogallery.languages import Language
from koogallery.models import Act, User

# What the packages register for themselves; a person's page has what operators need.
admin.site.unregister(
    [Authenticator, EmailAddress, Group, SocialAccount, SocialApp, SocialToken, UserSession]
)


class PersonForm(forms.Form):
    first_name = facts.text(required=False, longest=150)
    last_name = facts.text(required=False, longest=150)
    email = forms.EmailField(required=False, max_length=254, widget=UnfoldAdminTextInputWidget())
    language = facts.choice([("", _("As their browser asks")), *Language.choices], required=False)


class NewPersonForm(PersonForm):
    username = facts.text(_("User name"), longest=150)
    field_order = ["username"]


class RightsForm(forms.Form):
    is_active = facts.flag(_("May sign in"))
    is_staff = facts.flag(_("Is an operator"))
    is_superuser = facts.flag(_("Superuser"), help_text=_("Has every duty."))
    operator_roles = facts.several(
        OperatorRole.choices,
        label=_("Roles"),
        help_text=_("Of an operator; what each may do stands on the person’s page."),
    )


def _change(username: str, *, actor: User, **entered: str) -> User:
    return people.change_person(username, entered, actor=actor)


#: In the order of their buttons.
DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="rights",
            duty=Duty.MANAGE_PEOPLE,
            label=_("Change rights"),
            question=_("What may this person do?"),
            form=RightsForm,
            act=people.set_rights,
            refusal=lambda _person, _user: "",
            done=_("The rights are changed."),
        ),
        Decision(
            verb="facts",
            duty=Duty.MANAGE_PEOPLE,
            label=_("Change facts"),
            question=_("What of this person is different?"),
            form=PersonForm,
            act=_change,
            refusal=lambda _person, _user: "",
            done=_("The person is changed."),
        ),
        Decision(
            verb="password",
            duty=Duty.MANAGE_PEOPLE,
            label=_("Withdraw the password"),
            question=_(
                "End this person’s password, sessions and tokens, and mail a link to choose anew?"
            ),
            form=forms.Form,
            act=people.withdraw_password,
            refusal=lambda _person, _user: "",
            done=_("The password is withdrawn; a link to choose a new one is mailed."),
        ),
        Decision(
            verb="factors",
            duty=Duty.MANAGE_PEOPLE,
            label=_("Remove the second factor"),
            question=_("Remove this person’s second factors, which they have lost?"),
            form=forms.Form,
            act=people.remove_second_factors,
            refusal=lambda _person, _user: "",
            done=_("The second factors are removed."),
        ),
        Decision(
            verb="link",
            duty=Duty.MANAGE_PEOPLE,
            label=_("Remove the link to single sign-on"),
            question=_("Remove the link between this account and a person at your provider?"),
            form=forms.Form,
            act=people.remove_single_sign_on,
            refusal=lambda _person, _user: "",
            done=_("The link is removed, and their sessions have ended."),
        ),
    )
}


@admin.register(User)
class PersonAdmin(DecidingAdmin):
    """A person leaves by being made inactive: what they did stays theirs."""

    reading = Duty.MANAGE_PEOPLE
    recorded_as = signing_in.KIND
    decisions = DECISIONS
    list_display = ["username", "email", "office", "is_active", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    search_fields = ["username", "first_name", "last_name", "email"]
    search_help_text = _("A piece of a name or an e-mail address")
    ordering = ["username"]
    asking = Duty.MANAGE_PEOPLE
    actions_list = ["add_somebody"]

    def number_of(self, row: User | None) -> str:
        return row.username if row else ""

    def name_of(self, row: User) -> str:
        return row.username

    @columns.shown(_("Roles"))
    def office(self, user: User) -> str:
        if not user.is_staff:
            return "–"
        labels = [str(OperatorRole(role).label) for role in user.operator_roles]
        return gettext(", ").join(
            [gettext("Superuser"), *labels] if user.is_superuser else labels
        ) or gettext("None")

    add_somebody = new_work(
        NewPersonForm,
        lambda entered, actor: people.add_person(**entered, actor=actor),
        description=_("Add a person…"),
        url_path="new",
        question=_("Add a person"),
        label=_("Add"),
        consequence=_(
            "A link to choose the password is mailed. Without any rights yet: those are given "
            "on the person’s page, and another superuser approves them (R4.4)."
        ),
        done=_("The person is added, without rights."),
    )

    def form_options(self, request: HttpRequest, row: User, decision: Decision) -> dict[str, Any]:
        """Rights and facts as they are."""
        names = {"rights": people.RIGHTS, "facts": people.FACTS}.get(decision.verb, ())
        return {"initial": {name: getattr(row, name) for name in names}}

    def page_context(self, row: User, user: User) -> dict[str, Any]:
        return {
            "office": self.office(row),
            "duties": duties_table(),
            "acts": Act.objects.of(signing_in.KIND, self.number_of(row)),
        }


def duties_table() -> SafeString:
    """The table of koogallery.duties, as it is enforced."""
    return columns.table(
        [gettext("May"), *(role.label for role in OperatorRole), gettext("Superuser")],
        [
            (duty.label, *("✓" if role in ROLES[duty] else "" for role in OperatorRole), "✓")
            for duty in Duty
        ],
    )
