"""The forms in which operators enter amounts, references, reasons and days."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from koogallery.kit.names import TEXT_LENGTH


class AmountForm(forms.Form):
    """An amount as a bank or a contract states it."""

    amount = forms.DecimalField(widget=UnfoldAdminDecimalFieldWidget())
    reference = forms.CharField(
        max_length=100,
        widget=UnfoldAdminTextInputWidget(),
        help_text=_("Of the transfer or the contract; each is recorded once."),
    )


class MovementForm(AmountForm):
    """Of a deposit; its seller is notified with the reason."""

    reason = forms.CharField(
        max_length=TEXT_LENGTH,
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_("The seller reads it."),
    )


class DepositAdjustmentForm(MovementForm):
    amount = forms.DecimalField(
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=_("In the deposit’s currency; below 0 it is taken from it."),
    )
