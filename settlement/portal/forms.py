"""What the lists of bills and of bill lines can be narrowed by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from koogallery.dates import cycle_label
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput
from koogallery.languages import Text
from koogallery.settlement_time import current_cycle

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


#: Kinds of transactions.
KINDS = [
    ("order", _("Orders")),
    ("usage", _("Usage")),
    ("unsubscription", _("Unsubscriptions")),
]


class TransactionFilters(forms.Form):
    """What Transaction Details can be narrowed by; the service reads it as it stands."""

    number = forms.CharField(required=False, max_length=60, label=_("Order number"))
    customer = forms.CharField(required=False, max_length=100, label=_("Customer or account"))
    product = forms.CharField(required=False, max_length=100, label=_("Product"))
    kind = forms.ChoiceField(
        required=False,
        label=_("Kind"),
        choices=[("", _("All kinds")), *KINDS],
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
