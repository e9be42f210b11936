"""What lists of sellers' facts can be narrowed by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sellers.choices import Role
from sellers.rules.tokens import NAME_LENGTH
from sellers.services.delivery.interfaces import LONGEST_URL


class InterfaceForm(forms.Form):
    url = forms.CharField(
        max_length=LONGEST_URL,
        label=_("Address of your server"),
        help_text=_("https:// and a name. KooGallery adds signature, timestamp and nonce."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The invitation is sent there; its link works once.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class NetworksField(forms.CharField):
    """Addresses and networks, with spaces, commas or lines between."""

    widget = forms.Textarea(attrs={"rows": 2})

    def clean(self, value: Any) -> list[str]:
        return str(super().clean(value)).replace(",", " ").split()


class TokenForm(forms.Form):
    """Names as the service's refusals have them."""

    name = forms.CharField(
        max_length=NAME_LENGTH, label=_("Name"), help_text=_("Which program uses it.")
    )
    valid_days = forms.ChoiceField(
        label=_("Valid for"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year"))],
        initial=90,
    )
    allowed_networks = NetworksField(
        required=False,
        max_length=3000,
        label=_("Only from these addresses"),
        help_text=_("Addresses or networks such as 203.0.113.0/24. Leave it empty for anywhere."),
    )
    may_write = forms.BooleanField(
        required=False,
        label=_("May also write: upload usage, answer refunds, dispute bills, issue tokens"),
    )
