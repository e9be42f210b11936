"""What the lists of bills and of bill lines can be narrowed by."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput
from koogallery.portal.formats import cycle_label
from koogallery.portal.views import FilterForm
from koogallery.settlement_time import current_cycle
from koogallery.texts import Text
from sellers.choices import BillingMode, OrderType, Supervision
from settlement.choices import (
    BillState,
    LineKind,
    MovementKind,
    ReceivableState,
    RecoveryState,
    RefundState,
)
from settlement.models import Bill, BillLine

#: What notices are about: how their kinds begin.
NOTICE_KINDS = {
    "bill": "Bills",
    "dispute": "Disputes",
    "refund": "Refunds",
    "recovery": "Recoveries",
    "deposit": "Deposit",
    "receivable": "Receivables",
}


class BillFilters(FilterForm):
    cycle = forms.ChoiceField(required=False)
    state = forms.ChoiceField(required=False, choices=[("", "All states"), *BillState.choices])
    seller = forms.CharField(required=False, max_length=60, label="Seller number or name")

    def __init__(self, data: Any, *, rows: QuerySet[Bill], several_sellers: bool) -> None:
        super().__init__(data, rows=rows)
        cycles = rows.order_by("-cycle").values_list("cycle", flat=True).distinct()
        self.fields["cycle"] = forms.ChoiceField(
            required=False,
            choices=[("", "All cycles"), *((cycle, cycle_label(cycle)) for cycle in cycles)],
        )
        if not several_sellers:
            del self.fields["seller"]

    def narrow(self) -> QuerySet[Bill]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        for field in ("cycle", "state"):
            if chosen := self.cleaned_data[field]:
                rows = rows.filter(**{field: chosen})
        if seller := self.cleaned_data.get("seller"):
            rows = rows.filter(
                Q(seller__number__iexact=seller) | Q(seller__company_name__icontains=seller)
            )
        return rows


class NoFilters(FilterForm):
    """For a list that is short or narrowed already by its address."""

    def narrow(self) -> QuerySet[Any]:
        return self.rows


class SearchFilters(FilterForm):
    """Narrowed by a piece of text that any of `searched` contains, and by exact choices."""

    searched: ClassVar[tuple[str, ...]]

    def narrow(self) -> QuerySet[Any]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        for name, chosen in self.cleaned_data.items():
            if chosen and name != "find":
                rows = rows.filter(**{name: chosen})
        if text := self.cleaned_data.get("find"):
            either = Q()
            for lookup in self.searched:
                either |= Q(**{f"{lookup}__icontains": text})
            rows = rows.filter(either)
        return rows


def find(label: Text) -> forms.CharField:
    return forms.CharField(required=False, max_length=100, label=label)


def one_of(label: Text, empty: Text, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, label=label, choices=[("", empty), *choices])


class SellerFilters(SearchFilters):
    searched = ("number", "company_name")
    find = find("Seller number or name")


class RecoveryFilters(SearchFilters):
    searched = ("number", "refund__number", "refund__order__number")
    find = find("Recovery, refund or order")
    state = one_of("State", "All states", RecoveryState.choices)


class MovementFilters(SearchFilters):
    searched = ("reference",)
    find = find("Reference")
    kind = one_of("Kind", "All kinds", MovementKind.choices)


class ReceivableFilters(SearchFilters):
    searched = ("number", "recovery__number", "recovery__refund__number")
    find = find("Receivable, recovery or refund")
    state = one_of("State", "All states", ReceivableState.choices)


class RefundFilters(SearchFilters):
    searched = ("number", "order__number", "order__customer_name", "order__customer_account")
    find = find("Refund, order or customer")
    state = one_of("State", "All states", RefundState.choices)


class OrderFilters(SearchFilters):
    searched = ("number", "customer_name", "customer_account", "product__number", "product__name")
    find = find("Order, customer or product")
    order_type = one_of("Type", "All types", OrderType.choices)
    billing_mode = one_of("Billing mode", "All modes", BillingMode.choices)
    supervision_status = one_of("Supervision", "Any", Supervision.choices)


class NoticeFilters(FilterForm):
    read = one_of("Read", "Read or not", [("no", "Unread"), ("yes", "Read")])
    kind = one_of("About", "Everything", NOTICE_KINDS.items())

    def narrow(self) -> QuerySet[Any]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        if read := self.cleaned_data["read"]:
            rows = rows.filter(is_read=read == "yes")
        if kind := self.cleaned_data["kind"]:
            rows = rows.filter(kind__startswith=kind)
        return rows


#: Months that a list offers to be narrowed to; any other can stand in its address.
MONTHS_OFFERED = 36


class CycleField(forms.CharField):
    """A cycle chosen from the last years, the month that comes first."""

    def __init__(self, empty: str = "All cycles") -> None:
        super().__init__(required=False, label="Cycle", max_length=6)
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

    number = forms.CharField(required=False, max_length=60, label="Order number")
    customer = forms.CharField(required=False, max_length=100, label="Customer or account")
    product = forms.CharField(required=False, max_length=100, label="Product")
    kind = forms.ChoiceField(
        required=False,
        choices=[("", "Orders and usage"), ("order", "Orders"), ("usage", "Usage")],
    )
    billed = forms.ChoiceField(
        required=False,
        label="Billing",
        choices=[("", "Billed or not"), ("yes", "Billed"), ("no", "Not yet billed")],
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
    kind = forms.ChoiceField(required=False, choices=[("", "All kinds"), *LineKind.choices])
    order = forms.CharField(required=False, max_length=60, label="Order number")

    def narrow(self) -> QuerySet[BillLine]:
        if not self.is_valid():
            return self.rows.none()
        rows = self.rows
        if kind := self.cleaned_data["kind"]:
            rows = rows.filter(kind=kind)
        if order := self.cleaned_data["order"]:
            rows = rows.filter(order__number__icontains=order)
        return rows


class AgreeForm(forms.Form):
    comment = forms.CharField(
        required=False,
        max_length=2000,
        label="Comment for Huawei’s operations",
        help_text="Optional.",
        widget=forms.Textarea({"rows": 4}),
    )


class RejectForm(forms.Form):
    reason = forms.CharField(
        max_length=2000,
        label="Reason",
        help_text="The customer reads it as you write it here.",
        widget=forms.Textarea({"rows": 4}),
    )
