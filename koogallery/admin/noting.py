"""The page on which an operator notes something on an object, or hands it to a colleague."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from koogallery import handing
from koogallery.audit import owner_of
from koogallery.kit.errors import DomainError
from koogallery.kit.names import TEXT_LENGTH
from koogallery.models import Act, User
from koogallery.telling import called


class _Colleague(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:
        return called(obj)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
        help_text=_("Kept for ever on the record, for operators alone: no seller reads it."),
    )
    to = _Colleague(
        label=_("In the hands of"),
        required=False,
        queryset=User.objects.none(),
        to_field_name="username",
        empty_label=_("Nobody"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("It stands on their first page. It gives nobody a right that they lack."),
    )

    def __init__(self, sent: QueryDict | None, holder: str) -> None:
        super().__init__(sent, initial={"to": holder})
        self.fields["to"].queryset = handing.colleagues()  # type: ignore[attr-defined]


def asked_on_note_page(
    request: HttpRequest, kind: str, number: str, row: Any
) -> dict[str, Any] | None:
    """What the page asks; nothing once the note has been written."""
    user = request.user
    if not (isinstance(user, User) and handing.may_note(user)):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form = NoteForm(sent, handing.holder(Act.objects.of(kind, number)))
    if form.is_valid():
        try:
            handing.note_on(kind, number, **form.cleaned_data, seller=owner_of(row), actor=user)
        except DomainError as refusal:
            form.add_error("text", refusal.detail)
        else:
            return None
    return {"title": row, "question": row, "label": _("Save"), "form": form}
