"""An e-invoice between the page that reads it and the one that submits it (R8.3)."""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.kept_files import FileLost, keep, open_kept
from settlement.e_invoices.holding import facts_of
from settlement.models import Bill
from settlement.portal.tax_rows import Row
from settlement.readings.e_invoices import Held

#: What the browser holds stands for the file a day; then it is handed in anew.
SECONDS = 24 * 3600
_SALT = "e-invoice"


class EInvoiceForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("E-invoice"),
        help_text=gettext_lazy("UBL 2.1, UN/CEFACT CII, or a PDF that carries it (Factur-X)."),
        widget=forms.FileInput({"accept": ".xml,.pdf"}),
    )

    more_follow = forms.BooleanField(
        required=False, label=gettext_lazy("Further invoices for this bill follow")
    )

    def clean_file(self) -> bytes:
        sent = self.cleaned_data["file"]
        if sent.size > settings.ATTACHMENT_MAX_BYTES:
            raise ValidationError(_("The file is too large."), code="too_large")
        content: bytes = sent.read()
        return content


def ticket_of(bill: Bill, content: bytes) -> str:
    """What stands for the file, which is kept; for this bill alone."""
    digest = keep(lambda file: file.write(content)).digest
    return signing.dumps([bill.number, digest], salt=_SALT)


def file_of(bill: Bill, ticket: str) -> bytes | None:
    """The file again; None where there is none, or it is of another day or bill."""
    try:
        number, digest = signing.loads(ticket, salt=_SALT, max_age=SECONDS)
        if number != bill.number:
            return None
        with open_kept(digest) as file:
            return file.read()
    except (signing.BadSignature, FileLost):
        return None


def said_by(held: Held, ticket: str) -> dict[str, Any]:
    """What the form then says; the rates in percent, as people write them."""
    rows = [
        Row(f"{part.rate * 100:f}", f"{part.net:f}", f"{part.tax:f}") for part in held.read.taxes
    ]
    return {**facts_of(held.read, held.certified), "taxes": rows, "e_invoice": ticket}
