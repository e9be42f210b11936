"""What a seller enters to object to a bill, and what its objections can be narrowed by (R3.4)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from koogallery.kit.names import TEXT_LENGTH
from koogallery.portal.attachments import AttachmentsField
from settlement.choices import DisputeState
from settlement.portal.forms import SearchFilters, find, one_of


class DisputeFilters(SearchFilters):
    searched = ("number", "bill__number", "reason")
    find = find(_("Dispute, bill or reason"))
    state = one_of(_("State"), _("All states"), DisputeState.choices)


class DisputeForm(forms.Form):
    reason = forms.CharField(
        max_length=TEXT_LENGTH,
        label=_("What is wrong"),
        help_text=_("Huawei’s operations read it as you write it here."),
        widget=forms.Textarea({"rows": 5}),
    )
    amount = forms.DecimalField(
        required=False,
        label=_("What is missing"),
        help_text=_("If you know it, in the bill’s currency; below 0 if you got too much."),
        widget=forms.TextInput({"inputmode": "decimal"}),
    )
    documents = AttachmentsField()
