"""Access tokens, for who manages people: their own issued and rotated, anybody's taken back."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, refused_by
from koogallery.admin.filters import ChoiceFilter
from koogallery.admin.reading import operator_of
from koogallery.duties import Duty, OperatorRole
from koogallery.kit.errors import DomainError
from koogallery.models import AccessToken, User
from koogallery.models.tokens import TokenState
from sellers.models import Seller
from sellers.rules.tokens import NAME_LENGTH, TokenTerms
from sellers.services.access import tokens
from sellers.services.access.tokens import Issued


class TokenForm(forms.Form):
    """Fields as the service's refusals name them."""

    name = forms.CharField(
        max_length=NAME_LENGTH,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_("Which program uses it."),
    )
    valid_days = forms.TypedChoiceField(
        label=_("Valid for"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year"))],
        coerce=int,
        initial=90,
        widget=UnfoldAdminSelectWidget(),
    )
    allowed_networks = forms.CharField(
        label=_("Only from these addresses"),
        required=False,
        max_length=3000,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=_("Addresses or networks such as 203.0.113.0/24; from anywhere if left empty."),
    )
    roles = forms.MultipleChoiceField(
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text=_("It carries these alone; without any, all that you have whenever it is used."),
    )

    def __init__(self, *args: Any, holder: User, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["roles"]
        assert isinstance(field, forms.MultipleChoiceField), "declared above"
        held = OperatorRole.values if holder.is_superuser else holder.operator_roles
        field.choices = [(role, OperatorRole(role).label) for role in held]

    def clean_allowed_networks(self) -> list[str]:
        return str(self.cleaned_data["allowed_networks"]).replace(",", " ").split()

    @property
    def terms(self) -> TokenTerms:
        entered = self.cleaned_data
        return TokenTerms(
            entered["name"],
            timedelta(days=entered["valid_days"]),
            entered["allowed_networks"],
            entered["roles"],
        )


class RotationForm(forms.Form):
    grace_minutes = forms.IntegerField(
        label=_("The old one works for so many minutes yet"),
        required=False,
        min_value=0,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        hours = settings.TOKEN_GRACE_HOURS
        self.fields["grace_minutes"].help_text = gettext(
            "%(hours)s hours if left empty, and at most."
        ) % {"hours": hours}


def _rotate(number: str, *, grace_minutes: int | None, actor: User) -> Issued:
    grace = None if grace_minutes is None else timedelta(minutes=grace_minutes)
    return tokens.rotate_token(number, grace, actor=actor)


def _of_rotation(token: AccessToken, user: User) -> str:
    if not token.is_for_operators or token.user_id != user.pk:
        return gettext("Whom it is for rotates it: the successor acts as them.")
    if token.state == TokenState.ACTIVE:
        return ""
    return gettext("It is in the state “%(state)s”.") % {"state": token.state.label}


_is_anothers = refused_by(tokens.require_revoker)


def _of_revocation(token: AccessToken, user: User) -> str:
    return gettext("It is revoked already.") if token.revoked_at else _is_anothers(token, user)


#: In the order of their buttons.
DECISIONS: Mapping[str, Decision] = {
    decision.verb: decision
    for decision in (
        Decision(
            verb="rotate",
            duty=Duty.MANAGE_PEOPLE,
            label=_("Rotate"),
            question=_("Issue a successor?"),
            form=RotationForm,
            act=_rotate,
            refusal=_of_rotation,
            done=_("The successor is issued."),
        ),
        Decision(
            verb="revoke",
            duty=Duty.MANAGE_PEOPLE,
            label=_("Revoke"),
            question=_("Revoke this token?"),
            form=forms.Form,
            act=tokens.revoke_token,
            refusal=_of_revocation,
            done=_("The token is revoked. Programs that use it are refused now."),
            is_final=True,
        ),
    )
}


class StateFilter(ChoiceFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in TokenState]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.in_states(self.value()) if self.value() else queryset


@admin.register(AccessToken)
class AccessTokenAdmin(DecidingAdmin):
    """All tokens, for who manages people; others have their own under `/tokens/` of the API."""

    reading = Duty.MANAGE_PEOPLE
    recorded_as = "token"
    address_column = "number"
    decisions = DECISIONS
    list_display = ["number", "name", "holder", "whose", "state", "expiry", "used", "created"]
    list_filter = [StateFilter, "may_write"]
    search_fields = ["number__exact", "name", "seller_number__exact", "user__username"]
    search_help_text = _("Number or name of a token, number of a seller, name of a user")
    ordering = ["-number"]
    asking = Duty.MANAGE_PEOPLE
    actions_list = ["issue"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "last_use", "replaced_by")

    @columns.shown(_("Acts as"), ordering="user__username")
    def holder(self, token: AccessToken) -> str:
        return str(token.user.get_username())

    @columns.shown(pgettext_lazy("token", "For"), ordering="seller_number")
    def whose(self, token: AccessToken) -> str:
        return whose(token)

    @columns.shown(_("State"), tones=columns.colours_of(TokenState))
    def state(self, token: AccessToken) -> tuple[str, str]:
        return token.state, str(token.state.label)

    @columns.shown(_("Last used"), ordering="last_use__at")
    def used(self, token: AccessToken) -> Any:
        return token.last_use.at if hasattr(token, "last_use") else None

    def page_context(self, row: AccessToken, user: User) -> dict[str, Any]:
        return {
            "whose": whose(row),
            "seller": Seller.objects.filter(number=row.seller_number).first(),
            "roles": [OperatorRole(role).label for role in row.roles],
            "why_not": "" if self.open_to(row, user) else _of_revocation(row, user),
            "predecessor": row.replaces.first(),
        }

    def question_context(self, request: HttpRequest, row: AccessToken) -> dict[str, Any]:
        return {"whose": whose(row)}

    def answer(self, request: HttpRequest, row: Any, decision: Decision, came: Any) -> HttpResponse:
        if isinstance(came, Issued):
            return self._show_once(request, came)
        return super().answer(request, row, decision, came)

    @action(  # type: ignore[untyped-decorator]
        description=_("Issue a token…"), permissions=["asking"], url_path="issue"
    )
    def issue(self, request: HttpRequest) -> HttpResponse:
        """For the operator's own programs: it acts as them."""
        actor = operator_of(request)
        form = TokenForm(request.POST if request.method == "POST" else None, holder=actor)
        if form.is_valid():
            try:
                return self._show_once(request, tokens.issue_own_token(form.terms, actor=actor))
            except DomainError as refusal:
                field = refusal.field.partition(".")[0]
                form.add_error(field if field in form.fields else None, refusal.detail)
        return self.framed(
            request,
            "admin/ask.html",
            form=form,
            title=gettext("Issue a token"),
            question=gettext("Issue a token"),
            label=gettext("Issue"),
            consequence=gettext(
                "For a program of yours that calls the REST API: it acts as you, and is "
                "shown once, on the next page."
            ),
        )

    def _show_once(self, request: HttpRequest, issued: Issued) -> HttpResponse:
        """In this answer alone, which no page of the admin lets a browser keep."""
        shown = {"issued": issued.token, "secret": issued.secret}
        page, title = (
            "admin/koogallery/accesstoken/issued.html",
            gettext("Token %(number)s") % {"number": issued.token.number},
        )
        return self.framed(request, page, title=title, **shown)


def whose(token: AccessToken) -> str:
    if token.is_for_operators:
        return gettext("Operator")
    return (
        gettext("%(seller)s, read and write") % {"seller": token.seller_number}
        if token.may_write
        else gettext("%(seller)s, read") % {"seller": token.seller_number}
    )
