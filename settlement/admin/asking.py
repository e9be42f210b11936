"""Asking for something new: a run or a preview of a cycle."""

import re
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import DomainError
from koogallery.kit.names import TEXT_LENGTH
from koogallery.settlement_time import current_cycle


def last_cycle() -> str:
    return current_cycle().previous


class CycleForm(forms.Form):
    cycle = forms.CharField(
        initial=last_cycle, widget=UnfoldAdminTextInputWidget(), help_text="YYYYMM"
    )
    sellers = forms.CharField(
        required=False,
        max_length=65_000,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text="Numbers of sellers, with blanks or commas between; everyone if left empty.",
    )

    def clean_cycle(self) -> Cycle:
        try:
            return Cycle(self.cleaned_data["cycle"].strip())
        except DomainError as refusal:
            raise forms.ValidationError(refusal.detail) from None

    def clean_sellers(self) -> list[str] | None:
        named = [number for number in re.split(r"[\s,;]+", self.cleaned_data["sellers"]) if number]
        return named or None


class LookForm(forms.Form):
    """Acknowledged by name: the number is typed, not clicked."""

    seller = forms.CharField(
        label="Number of the seller",
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text="Type the number of the seller that you looked at.",
    )
    what = forms.ChoiceField(
        label="Decision",
        choices=[("acknowledge", "Acknowledge"), ("hold", "Hold back: the run parks it")],
        widget=forms.RadioSelect,
        initial="acknowledge",
    )
    comment = forms.CharField(
        required=False,
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text="Needed to hold a seller back.",
    )


class RetryForm(forms.Form):
    """Which parked sellers; each is issued what it is shown to be issued now."""

    sellers = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, parked: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["sellers"]
        assert isinstance(field, forms.MultipleChoiceField), "declared above"
        field.choices = parked
        field.initial = [number for number, _ in parked]
