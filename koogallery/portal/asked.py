"""Forms that follow from what an act asks, for the console and for the admin."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from koogallery import asks
from koogallery.admin.facts import instant
from koogallery.kit.names import TEXT_LENGTH
from koogallery.portal.attachments import AttachmentsField

Field = Callable[..., forms.Field]


def _prose(ask: asks.Prose, *, for_admin: bool, **said: Any) -> forms.Field:
    area = UnfoldAdminTextareaWidget if for_admin else forms.Textarea
    return forms.CharField(max_length=TEXT_LENGTH, widget=area({"rows": ask.rows}), **said)


def _line(ask: asks.Line, *, for_admin: bool, **said: Any) -> forms.Field:
    widget = UnfoldAdminTextInputWidget if for_admin else forms.TextInput
    attrs = {"list": ask.among, "autocomplete": "off"} if ask.among else {}
    return forms.CharField(max_length=ask.longest, widget=widget(attrs), **said)


def _amount(_: asks.Amount, *, for_admin: bool, **said: Any) -> forms.Field:
    plain = forms.TextInput({"inputmode": "decimal"})
    widget = UnfoldAdminDecimalFieldWidget() if for_admin else plain
    return forms.DecimalField(widget=widget, **said)


def _day(_: asks.Day, *, for_admin: bool, **said: Any) -> forms.Field:
    widget = UnfoldAdminSingleDateWidget() if for_admin else forms.DateInput({"type": "date"})
    return forms.DateField(widget=widget, **said)


def _instant(_: asks.Instant, *, for_admin: bool, **said: Any) -> forms.Field:  # noqa: ARG001
    return instant(said["label"], said["help_text"], required=said["required"])


def _documents(_: asks.Documents, *, for_admin: bool, **said: Any) -> forms.Field:  # noqa: ARG001
    return AttachmentsField(**{name: value for name, value in said.items() if value})


_FIELDS: Mapping[type[asks.Ask], Field] = {
    asks.Prose: _prose,
    asks.Line: _line,
    asks.Amount: _amount,
    asks.Day: _day,
    asks.Instant: _instant,
    asks.Documents: _documents,
}


def form_of(asked: asks.Asks, *, for_admin: bool = False) -> type[forms.Form]:
    declared = {
        ask.name: _FIELDS[type(ask)](
            ask,
            for_admin=for_admin,
            label=ask.label or None,
            help_text=ask.help,
            required=ask.required,
        )
        for ask in asked
    }
    return type(f"{asked.name}Form", (forms.Form,), declared)
