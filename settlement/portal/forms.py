"""What the lists of bills and of bill lines can be narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from koogallery.portal.formats import cycle_label
from koogallery.portal.views import FilterForm
from settlement.choices import BillState, LineKind
from settlement.models import Bill, BillLine


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
