"""What lists of sellers' facts can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from koogallery.models import ExportJob
from koogallery.models.exports import ExportState
from koogallery.portal.views import FilterForm
from sellers.choices import Activity, DeliveryMethod, MessageState, Role, Supervision
from sellers.models import DeliveryMessage, Order, Product, UsageRecord
from sellers.rules.tokens import NAME_LENGTH
from sellers.services.delivery.interfaces import LONGEST_URL

OPEN_SUPERVISIONS = (Supervision.WAITING_FOR_SERVICE, Supervision.WAITING_FOR_ACCEPTANCE)


class ProductFilters(FilterForm):
    find = forms.CharField(required=False, max_length=100, label=_("Product number or name"))
    delivery_method = forms.ChoiceField(
        required=False,
        label=_("Delivery method"),
        choices=[("", _("All methods")), *DeliveryMethod.choices],
    )

    def narrow(self) -> QuerySet[Product]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        if method := self.cleaned_data["delivery_method"]:
            rows = rows.filter(delivery_method=method)
        if text := self.cleaned_data["find"]:
            rows = rows.filter(Q(number__icontains=text) | Q(name__contains_name=text))
        return rows


class MessageFilters(FilterForm):
    find = forms.CharField(
        required=False, max_length=100, label=_("Message, order, instance or product")
    )
    activity = forms.ChoiceField(
        required=False, label=_("Asked to"), choices=[("", _("Anything")), *Activity.choices]
    )
    state = forms.ChoiceField(
        required=False, label=_("State"), choices=[("", _("All states")), *MessageState.choices]
    )
    tests = forms.ChoiceField(
        required=False,
        label=_("Test calls"),
        choices=[("", _("With test calls")), ("no", _("Without")), ("only", _("Only"))],
    )

    def narrow(self) -> QuerySet[DeliveryMessage]:
        if not self.is_valid():
            return self.rows.none()
        chosen = self.cleaned_data
        rows = self.rows.filter(
            **{name: chosen[name] for name in ("activity", "state") if chosen[name]}
        )
        if chosen["tests"]:
            rows = rows.filter(is_test=chosen["tests"] == "only")
        if text := chosen["find"]:
            rows = rows.filter(
                Q(number__icontains=text)
                | Q(order__number__icontains=text)
                | Q(instance__instance_id__icontains=text)
                | Q(interface__product__name__contains_name=text)
            )
        return rows


class InterfaceForm(forms.Form):
    url = forms.CharField(
        max_length=LONGEST_URL,
        label=_("Address of your server"),
        help_text=_("https:// and a name. KooGallery adds signature, timestamp and nonce."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )


class SupervisionFilters(FilterForm):
    find = forms.CharField(required=False, max_length=100, label=_("Order, customer or product"))
    supervision_status = forms.ChoiceField(
        required=False,
        label=_("Waiting for"),
        choices=[
            ("", _("You or the customer")),
            (Supervision.WAITING_FOR_SERVICE, _("You: the service")),
            (Supervision.WAITING_FOR_ACCEPTANCE, _("The customer: the acceptance")),
        ],
    )

    def __init__(self, data: Any, *, rows: QuerySet[Order]) -> None:
        super().__init__(
            data, rows=rows.filter(supervision_status__in=OPEN_SUPERVISIONS, cancelled_at=None)
        )

    def narrow(self) -> QuerySet[Order]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        if status := self.cleaned_data["supervision_status"]:
            rows = rows.filter(supervision_status=status)
        if text := self.cleaned_data["find"]:
            rows = rows.filter(
                Q(number__icontains=text)
                | Q(customer_name__contains_name=text)
                | Q(product__name__contains_name=text)
            )
        return rows


class UsageFilters(FilterForm):
    """Usage of one order in one cycle; `open` is what has none yet."""

    order = forms.CharField(required=False, max_length=60)
    cycle = forms.CharField(required=False, max_length=6)

    def narrow(self) -> QuerySet[UsageRecord]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        if order := self.cleaned_data["order"]:
            rows = rows.filter(order__number=order)
        if cycle := self.cleaned_data["cycle"]:
            rows = rows.filter(cycle=None if cycle == "open" else cycle)
        return rows


class ExportFilters(FilterForm):
    state = forms.ChoiceField(
        required=False, label=_("State"), choices=[("", _("All states")), *ExportState.choices]
    )

    def narrow(self) -> QuerySet[ExportJob]:
        if not self.is_valid():
            return self.rows.none()
        state = self.cleaned_data["state"]
        return self.rows.filter(state=state) if state else self.rows


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The invitation is sent there; its link works once.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)


class NewAccountForm(forms.Form):
    """Of who is invited and has no account yet."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    repeated = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_repeated(self) -> str:
        repeated: str = self.cleaned_data["repeated"]
        if repeated != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("The two passwords differ."))
        return repeated


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
