"""What the lists of bills and of bill lines can be narrowed by."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from koogallery.kinds import topics
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput
from koogallery.languages import Text
from koogallery.portal.formats import cycle_label
from koogallery.portal.views import FilterForm
from koogallery.settlement_time import current_cycle
from sellers.choices import BillingMode, OrderType, Supervision
from settlement.choices import (
    LineKind,
    MovementKind,
    ReceivableState,
    RecoveryState,
    RefundState,
)
from settlement.models import BillLine


class NoFilters(FilterForm):
    """For a list that is short or narrowed already by its address."""

    def narrow(self) -> QuerySet[Any]:
        return self.rows


class SearchFilters(FilterForm):
    """Narrowed by a piece of text that any of `searched` contains, and by exact choices."""

    searched: ClassVar[tuple[str, ...]]
    #: Fields that are no column to be equal to.
    special: ClassVar[frozenset[str]] = frozenset({"find"})

    def narrow(self) -> QuerySet[Any]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        for name, chosen in self.cleaned_data.items():
            if chosen and name not in self.special:
                rows = rows.filter(**{name: chosen})
        if text := self.cleaned_data.get("find"):
            either = Q()
            for lookup in self.searched:
                how = "contains_name" if lookup.endswith("name") else "icontains"
                either |= Q(**{f"{lookup}__{how}": text})
            rows = rows.filter(either)
        return rows


def find(label: Text) -> forms.CharField:
    return forms.CharField(required=False, max_length=100, label=label)


def one_of(label: Text, empty: Text, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, label=label, choices=[("", empty), *choices])


class SellerFilters(SearchFilters):
    searched = ("number", "company_name")
    find = find(_("Seller number or name"))


class RecoveryFilters(SearchFilters):
    searched = ("number", "refund__number", "refund__order__number")
    find = find(_("Recovery, refund or order"))
    state = one_of(_("State"), _("All states"), RecoveryState.choices)


class MovementFilters(SearchFilters):
    searched = ("reference",)
    find = find(_("Reference"))
    kind = one_of(_("Kind"), _("All kinds"), MovementKind.choices)


class ReceivableFilters(SearchFilters):
    searched = ("number", "recovery__number", "recovery__refund__number")
    find = find(_("Receivable, recovery or refund"))
    state = one_of(_("State"), _("All states"), ReceivableState.choices)


class RefundFilters(SearchFilters):
    searched = ("number", "order__number", "order__customer_name", "order__customer_account")
    find = find(_("Refund, order or customer"))
    state = one_of(_("State"), _("All states"), RefundState.choices)


class OrderFilters(SearchFilters):
    searched = ("number", "customer_name", "customer_account", "product__number", "product__name")
    find = find(_("Order, customer or product"))
    order_type = one_of(_("Type"), _("All types"), OrderType.choices)
    billing_mode = one_of(_("Billing mode"), _("All modes"), BillingMode.choices)
    supervision_status = one_of(_("Supervision"), _("Any"), Supervision.choices)
    cancelled = one_of(_("Cancelled"), _("Cancelled or not"), [("no", _("No")), ("yes", _("Yes"))])
    special = frozenset({"find", "cancelled"})

    def narrow(self) -> QuerySet[Any]:
        rows = super().narrow()
        chosen = self.cleaned_data.get("cancelled")
        return rows.filter(cancelled_at__isnull=chosen == "no") if chosen else rows


class NoticeFilters(FilterForm):
    read = one_of(_("Read"), _("Read or not"), [("no", _("Unread")), ("yes", _("Read"))])
    kind = forms.ChoiceField(required=False, label=_("About"))

    def __init__(self, data: Any, *, rows: QuerySet[Any]) -> None:
        super().__init__(data, rows=rows)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Everything")), *kinds_by_topic()]

    def narrow(self) -> QuerySet[Any]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        if read := self.cleaned_data["read"]:
            rows = rows.filter(is_read=read == "yes")
        if kind := self.cleaned_data["kind"]:
            rows = rows.filter(kind=kind)
        return rows


def kinds_by_topic() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of notice, grouped by what it is about."""
    return [
        (topic, [(kind.name, kind.outline) for kind in kinds]) for topic, kinds in topics().items()
    ]


#: Months that a list offers to be narrowed to; any other can stand in its address.
MONTHS_OFFERED = 36
ALL_CYCLES = _("All cycles")


class CycleField(forms.CharField):
    """A cycle chosen from the last years, the month that comes first."""

    def __init__(self, empty: Text = ALL_CYCLES) -> None:
        super().__init__(required=False, label=_("Cycle"), max_length=6)
        newest = current_cycle().following
        cycles = [newest.plus(-back) for back in range(MONTHS_OFFERED)]
        choices = [("", empty), *((cycle, cycle_label(cycle)) for cycle in cycles)]
        self.widget = forms.Select(choices=choices)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if text:
            try:
                return Cycle(text)
            except InvalidInput as refusal:
                raise forms.ValidationError(refusal.detail) from None
        return ""


class TransactionFilters(forms.Form):
    """What Transaction Details can be narrowed by; the service reads it as it stands."""

    number = forms.CharField(required=False, max_length=60, label=_("Order number"))
    customer = forms.CharField(required=False, max_length=100, label=_("Customer or account"))
    product = forms.CharField(required=False, max_length=100, label=_("Product"))
    kind = forms.ChoiceField(
        required=False,
        label=_("Kind"),
        choices=[
            ("", _("All kinds")),
            ("order", _("Orders")),
            ("usage", _("Usage")),
            ("unsubscription", _("Unsubscriptions")),
        ],
    )
    billed = forms.ChoiceField(
        required=False,
        label=_("Billing"),
        choices=[("", _("Billed or not")), ("yes", _("Billed")), ("no", _("Not yet billed"))],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.fields["cycle"] = CycleField()
        self.order_fields(["number", "cycle", "customer", "product", "billed", "kind"])

    @property
    def is_narrowing(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    def wanted(self) -> dict[str, Any]:
        """The arguments of `Wanted`, from a valid form."""
        chosen = {name: self.cleaned_data[name] for name in self.fields if name != "billed"}
        billed = {"yes": True, "no": False}.get(self.cleaned_data["billed"])
        return {**chosen, "billed": billed}


class LineFilters(FilterForm):
    kind = forms.ChoiceField(
        required=False, label=_("Kind"), choices=[("", _("All kinds")), *LineKind.choices]
    )
    order = forms.CharField(required=False, max_length=60, label=_("Order number"))

    def narrow(self) -> QuerySet[BillLine]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        if kind := self.cleaned_data["kind"]:
            rows = rows.filter(kind=kind)
        if order := self.cleaned_data["order"]:
            rows = rows.filter(order__number__icontains=order)
        return rows
