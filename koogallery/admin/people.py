"""People and clients: managed by superusers; who is no superuser does not see them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from koogallery import signing_in
from koogallery.admin import columns
from koogallery.admin.reading import may
from koogallery.admin.recording import RecordedAdmin
from koogallery.duties import ROLES, Duty, OperatorRole
from koogallery.models import User

admin.site.unregister(Group)


class RolesForm(UserChangeForm):
    operator_roles = forms.MultipleChoiceField(
        label="Roles",
        choices=OperatorRole.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Of an operator; what each may do stands below. Without a role they see nothing.",
    )


class PeopleAdmin(RecordedAdmin):
    """Whom it lets in is a duty, as everywhere."""

    reading = Duty.MANAGE_PEOPLE

    class Media:
        css = {"all": ["koogallery/admin.css"]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.reading)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.reading)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, self.reading)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.reading)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.reading)


@admin.register(User)
class PersonAdmin(PeopleAdmin, UserAdmin):
    """A person leaves by being made inactive: what they did stays theirs."""

    recorded_as = signing_in.KIND
    form, add_form = RolesForm, UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "email", "office", "is_active", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active"]
    readonly_fields = ["duties", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email", "language"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "operator_roles"]}),
        ("What each role may do", {"fields": ["duties"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]

    @columns.shown("Roles")
    def office(self, user: User) -> str:
        if not user.is_staff:
            return "–"
        labels = [OperatorRole(role).label for role in user.operator_roles]
        return ", ".join(["Superuser", *labels] if user.is_superuser else labels) or "None"

    @columns.shown("Duties")
    def duties(self, _: User) -> SafeString:
        """The table of koogallery.duties, as it is enforced."""
        return columns.table(
            ["May", *(role.label for role in OperatorRole), "Superuser"],
            [
                (duty.label, *("✓" if role in ROLES[duty] else "" for role in OperatorRole), "✓")
                for duty in Duty
            ],
        )

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:  # noqa: A002
        """A new password is an act, too; what it is, is told nobody."""
        user = self.get_object(request, id)
        before = user.password if user else ""
        answer = super().user_change_password(request, id, form_url)
        if user:
            user.refresh_from_db()
            if user.password != before:
                self.record(request, "changed", user, {"password": (before, user.password)})
        return answer
