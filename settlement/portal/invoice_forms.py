"""What a seller enters of an invoice (R8.1)."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from koogallery.portal.attachments import AttachmentsField
from settlement.portal.tax_rows import Row, TaxesField, rows_of
from settlement.rules.invoices import TEXTS

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
