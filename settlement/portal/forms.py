"""What the lists of bills and of bill lines can be narrowed by."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from koogallery.api.filters import FilterForm
from koogallery.dates import cycle_label
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import InvalidInput
from koogallery.kit.spreadsheets import Cell, text_of
from koogallery.languages import Text
from koogallery.listings import period
from koogallery.portal.attachments import AttachmentsField
from koogallery.settlement_time import current_cycle
from settlement.choices import ListedAmount
from settlement.portal.tax_rows import Row, TaxesField, rows_of
from settlement.readings.order_matching import Reading
from settlement.rules.invoices import TEXTS

#: Months that a list offers to be narrowed to; any other can stand in its address.
MONTHS_OFFERED = 36


class CycleField(forms.CharField):
    """A cycle chosen from the months since the first one, the month that comes on top."""

    def __init__(self, label: Text, since: str = "") -> None:
        super().__init__(required=False, label=label, max_length=6)
        newest = current_cycle().following
        months = (newest.plus(-back) for back in range(MONTHS_OFFERED))
        offered = [(month, cycle_label(month)) for month in months if month >= since]
        self.widget = forms.Select(choices=[("", _("Any")), *offered])

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


class TransactionFilters(FilterForm):
    """What Transaction Details can be narrowed by; the service reads it as it stands.

    `since` is the first month offered; a single `cycle` stands in addresses alone.
    """

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

    def __init__(self, data: Any, since: str = "") -> None:
        super().__init__(data)
        for bound in period(_("Cycle"), "cycle"):
            self.fields[bound.name] = CycleField(bound.label, since)
        self.fields["cycle"] = CycleField(_("Cycle"))
        self.fields["cycle"].widget = forms.HiddenInput()
        self.order_fields(
            ["number", "cycle_from", "cycle_to", "customer", "product", "billed", "kind"]
        )

    def wanted(self) -> dict[str, Any]:
        """The arguments of `Wanted`, from a valid form."""
        chosen = dict(self.cleaned_data)
        if cycle := chosen.pop("cycle"):
            chosen.update(cycle_from=cycle, cycle_to=cycle)
        chosen["billed"] = {"yes": True, "no": False}.get(chosen["billed"])
        return chosen


class AskedTransactions(TransactionFilters):
    """The same as a program asks it: by the names and words of the REST list."""

    number = None  # type: ignore[assignment]
    order = forms.CharField(required=False, max_length=60)
    seller = forms.CharField(required=False, max_length=60)
    billed = forms.ChoiceField(required=False, choices=[("true", "yes"), ("false", "no")])

    def wanted(self) -> dict[str, Any]:
        billed = {"true": True, "false": False}.get(self.cleaned_data["billed"])
        chosen = super().wanted() | {"billed": billed}
        return chosen | {"number": chosen.pop("order")}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Your list"),
        help_text=_("CSV or Excel, with a heading and one order a row, at most 20 MB."),
    )


class ReadingForm(forms.Form):
    """How an uploaded list is read: which column is what."""

    order = forms.TypedChoiceField(label=_("Order number"), coerce=int)
    amount = forms.TypedChoiceField(label=_("Amount"), coerce=int, required=False, empty_value=None)
    meaning = forms.ChoiceField(label=_("Your amounts are"), choices=ListedAmount.choices)
    since = forms.DateField(
        label=_("Orders placed from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Left empty: from the first order of your list."),
    )
    until = forms.DateField(
        label=_("to"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Left empty: to the last order of your list."),
    )

    def __init__(self, *args: Any, heading: Sequence[Cell], **options: Any) -> None:
        super().__init__(*args, **options)
        columns = [
            (str(place), text_of(cell) or _("Column %(place)s") % {"place": place + 1})
            for place, cell in enumerate(heading)
        ]
        order, amount = self.fields["order"], self.fields["amount"]
        assert isinstance(order, forms.ChoiceField)
        assert isinstance(amount, forms.ChoiceField)
        order.choices = columns
        amount.choices = [("", _("No column: numbers alone are compared")), *columns]

    def reading(self) -> Reading:
        read = self.cleaned_data
        return Reading(**{**read, "meaning": ListedAmount(read["meaning"])})


# What a seller enters of an invoice (R8.1).

DOCUMENT = ("invoice_no", "invoice_date", "amount", "more_follow", "taxes", "documents")
SELLER = ("company_name", "vat_number", "bill_to")
BANK = ("account_holder", "account_number", "bank_name", "bank_address", "swift_code")


def _text(name: str) -> forms.CharField:
    label, longest = TEXTS[name]
    return forms.CharField(label=_(label), max_length=longest)


class InvoiceForm(forms.Form):
    """In three parts, as the document has them; most of it is filled in beforehand."""

    invoice_no = _text("invoice_no")
    invoice_date = forms.DateField(
        label=_("Invoice date"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    amount = forms.DecimalField(
        label=_("Net amount"), widget=forms.TextInput({"inputmode": "decimal"})
    )
    more_follow = forms.BooleanField(
        required=False,
        label=_("Further invoices for this bill follow"),
        help_text=_("Without it the amount has to be all that is still to be invoiced."),
    )
    taxes = TaxesField(
        label=_("VAT, per rate"),
        required=False,
        help_text=_(
            "It is paid on top of the net amount. Left empty: your invoice charges no VAT."
        ),
    )
    documents = AttachmentsField(label=_("The invoice, signed or stamped"), required=True)
    e_invoice = forms.CharField(required=False, widget=forms.HiddenInput)
    company_name = _text("company_name")
    vat_number = _text("vat_number")
    bill_to = _text("bill_to")
    account_holder = _text("account_holder")
    account_number = _text("account_number")
    bank_name = _text("bank_name")
    bank_address = _text("bank_address")
    swift_code = _text("swift_code")

    def __init__(self, *args: Any, e_invoice: bool = False, **kwargs: Any) -> None:
        """`e_invoice`: a file is there already, which says it all."""
        super().__init__(*args, **kwargs)
        self.fields["documents"].required = not e_invoice

    @property
    def tax_rows(self) -> list[Row]:
        return rows_of(self["taxes"].value())

    @property
    def parts(self) -> list[tuple[str, list[BoundField]]]:
        parts = ((_("The invoice"), DOCUMENT), (_("Companies"), SELLER), (_("Bank"), BANK))
        return [(str(label), [self[name] for name in names]) for label, names in parts]
