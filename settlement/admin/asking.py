"""Asking for something new: a run or a preview of a cycle."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from koogallery.kit.cycles import Cycle, is_cycle
from koogallery.kit.names import TEXT_LENGTH
from koogallery.settlement_time import current_cycle
from settlement.models import Bill, BillPreviewSeller


def last_month() -> str:
    cycle = current_cycle().previous
    return f"{cycle.year}-{cycle.month:02}"


class CycleForm(forms.Form):
    cycle = forms.CharField(
        initial=last_month,
        widget=UnfoldAdminTextInputWidget({"type": "month"}),
        help_text=_("Year and month: 2026-10 or 202610."),
    )
    sellers = forms.CharField(
        required=False,
        max_length=65_000,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=_("Numbers of sellers, with blanks or commas between; everyone if left empty."),
    )

    def clean_cycle(self) -> Cycle:
        month = self.cleaned_data["cycle"].strip()
        if not is_cycle(month.replace("-", "")):
            raise forms.ValidationError(
                gettext("“%(text)s” is no month; write it as 2026-10.") % {"text": month[:40]}
            )
        return Cycle(month.replace("-", ""))

    def clean_sellers(self) -> list[str] | None:
        named = [number for number in re.split(r"[\s,;]+", self.cleaned_data["sellers"]) if number]
        return named or None


#: What came of a look.
ACKNOWLEDGE = ("acknowledge", _("Acknowledge: it is issued as shown"))
HOLD = ("hold", _("Hold back: nothing is issued until it is released"))


class BillLookForm(forms.Form):
    """A look at the bill of the page: the seller's number is typed as it stands there."""

    seller = forms.CharField(
        label=_("Number of the seller"),
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_("Type the number of the seller that this page shows."),
    )
    comment = forms.CharField(
        required=False, max_length=TEXT_LENGTH, widget=UnfoldAdminTextareaWidget({"rows": 2})
    )

    def __init__(self, *args: Any, shown: Bill, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shown = shown

    def clean_seller(self) -> str:
        return _as_shown(self.cleaned_data["seller"], self.shown.seller.number)


def _as_shown(typed: str, shown: str) -> str:
    if typed.strip() != shown:
        raise forms.ValidationError(
            gettext("This page shows %(shown)s, not %(typed)s.")
            % {"shown": shown, "typed": typed.strip()}
        )
    return shown


class LookForm(forms.Form):
    """A look at the seller of the page: its number is typed as on the page, with what was shown."""

    seller = forms.CharField(
        label=_("Number of the seller"),
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=_("Type the number of the seller that this page shows."),
    )
    what = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        required=False,
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=_("Needed to hold a seller back."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: BillPreviewSeller, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shown = shown
        self.fields["seen"].initial = shown.content
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField), "declared above"
        what.choices = [ACKNOWLEDGE, HOLD] if shown.looks else [HOLD]

    def clean_seller(self) -> str:
        return _as_shown(self.cleaned_data["seller"], self.shown.seller.number)


class RetryForm(forms.Form):
    """Which parked sellers; each is issued what it is shown to be issued now."""

    sellers = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, parked: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["sellers"]
        assert isinstance(field, forms.MultipleChoiceField), "declared above"
        field.choices = parked
        field.initial = [number for number, _ in parked]
