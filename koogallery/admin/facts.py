"""Fields of the forms in which operators enter and correct facts, each kind written one way."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from koogallery.api.reading import NUMBER
from koogallery.kit.language import paragraph as in_a_row
from koogallery.kit.names import TEXT_LENGTH
from koogallery.languages import Text
from koogallery.settlement_time import ZONE

INSTANT = "%Y-%m-%dT%H:%M:%S"


def number(help_text: Text = "", *, required: bool = True) -> forms.RegexField:
    return forms.RegexField(
        rf"\A{NUMBER}\Z",
        required=required,
        strip=True,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=help_text,
        error_messages={"invalid": _("A number is 1 to 60 letters, digits or . _ : -")},
    )


def text(label: Text = "", *, longest: int = 200, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label or None, max_length=longest, widget=UnfoldAdminTextInputWidget(), **options
    )


def paragraph(help_text: Text = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        max_length=TEXT_LENGTH,
        required=required,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=help_text,
    )


def decimal(label: Text = "", **options: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label or None, widget=UnfoldAdminDecimalFieldWidget(), **options
    )


def choice(
    choices: Sequence[tuple[Any, Any]], label: Text = "", **options: Any
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label or None, choices=choices, widget=UnfoldAdminSelectWidget(), **options
    )


def several(choices: Sequence[tuple[Any, Any]], **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget, **options
    )


def flag(label: Text = "", **options: Any) -> forms.BooleanField:
    return forms.BooleanField(
        label=label or None, required=False, widget=UnfoldBooleanSwitchWidget, **options
    )


def _with_zone(help_text: Text) -> str:
    zone = gettext("Time zone: %(zone)s.") % {"zone": ZONE.key}
    return in_a_row([help_text, zone]) if help_text else zone


_in_the_zone = lazy(_with_zone, str)


def instant(
    label: Text = "", help_text: Text = "", *, required: bool = False, **options: Any
) -> forms.DateTimeField:
    """A minute or second of the settlement time zone."""
    return forms.DateTimeField(
        label=label or None,
        required=required,
        input_formats=["%Y-%m-%dT%H:%M", INSTANT, "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"],
        widget=forms.DateTimeInput(
            {"type": "datetime-local", "step": "1", "class": " ".join(INPUT_CLASSES)}, INSTANT
        ),
        help_text=_in_the_zone(help_text),
        **options,
    )


class CorrectionForm(forms.Form):
    """Facts as they stand, to be corrected; refused where somebody else corrected them meanwhile.

    Only what is entered anew is changed.
    """

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, corrected: Model, **options: Any) -> None:
        super().__init__(*args, **options)
        self.corrected = corrected
        for name, field in self.fields.items():
            field.initial = (
                _version_of(corrected) if name == "version" else _plain(getattr(corrected, name))
            )

    def clean_version(self) -> None:
        if self.cleaned_data["version"] != _version_of(self.corrected):
            raise forms.ValidationError(
                _("It was changed by somebody else meanwhile: read it again, nothing was done.")
            )

    def clean(self) -> dict[str, Any]:
        """The facts that were entered anew."""
        entered = self.cleaned_data
        anew = {name: entered[name] for name in self.changed_data if name in entered}
        return {"changes": {name: value for name, value in anew.items() if name != "version"}}


def _version_of(row: Any) -> str:
    return str(row.modified_at.isoformat())


def _plain(value: Any) -> Any:
    """A number without the zeros that its column adds."""
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value
