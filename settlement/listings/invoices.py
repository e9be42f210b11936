"""The list of invoices."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByFlag, Filters
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Code, Day, Instant, Link, Number
from koogallery.portal.tables import FileOnly
from settlement.listings.bills import STATE
from settlement.models import Invoice, SelfBillingConsent


class InvoiceFilters(Filters):
    model = Invoice
    columns = (
        "seller bill state invoice_no currency amount tax invoice_date submitted_at decided_at"
    )
    modified_since = ChangedSince("modified_at")


INVOICES = Listing(
    title=_("Invoices"),
    rows=Invoice.objects.select_related("seller", "bill").annotate(total=F("amount") + F("tax")),
    filters=InvoiceFilters,
    narrowed_by=(
        find(_("Invoice, your No. or bill"), "number", "invoice_no", "bill__number"),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Invoice date"), "invoice_date"),
    ),
    ordering="-submitted_at",
    export="invoices",
    columns=(
        Number(_("Invoice"), "number", "invoice-detail", sort="-", several="seller__company_name"),
        FileOnly("seller__number", "seller"),
        Code(_("Your No."), "invoice_no", sort="+"),
        Link(_("Bill"), "bill__number", "bill-detail", export="bill"),
        Day(_("Invoice date"), "invoice_date", sort="-"),
        Instant(pgettext_lazy("when", "Submitted"), "submitted_at", sort="-"),
        STATE,
        FileOnly("currency"),
        Amount(_("Net amount"), "amount", sort="-"),
        Amount(_("VAT"), "tax"),
        Amount(_("Gross amount"), "total", export="gross", is_named=True, is_strong=True),
    ),
)


class ConsentFilters(Filters):
    model = SelfBillingConsent
    columns = "number seller vat_rate agreed_at ended_at"
    ended = ByFlag("ended_at", lookup_expr="isnull", exclude=True)
    modified_since = ChangedSince("modified_at")
