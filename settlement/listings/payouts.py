"""The lists of payouts and of their batches."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByNumber, Filters
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Code, Day, Number
from koogallery.portal.tables import FileOnly
from koogallery.portal.totals import Sums
from settlement.listings.bills import STATE
from settlement.models import Payout, PayoutBatch


class PayoutFilters(Filters):
    model = Payout
    columns = (
        "number seller batch state currency amount expected_on sent_at paid_at failed_at "
        "created_at end_to_end_id bank_reference failure_code"
    )
    bill = ByNumber("items__bill__number")
    bank_line = ByNumber("bank_lines__number")
    modified_since = ChangedSince("modified_at")


class BatchFilters(Filters):
    model = PayoutBatch
    columns = (
        "number state currency amount expected_on created_at created_by approved_at sent_at "
        "settled_at"
    )
    payout = ByNumber("payouts__number")
    modified_since = ChangedSince("modified_at")


PAYOUTS = Listing(
    title=_("Payouts"),
    rows=Payout.objects.with_names(),
    filters=PayoutFilters,
    narrowed_by=(
        find(_("Payout or bank reference"), "number", "bank_reference"),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Expected"), "expected_on"),
        *period(_("Paid"), "paid_at"),
    ),
    ordering="-created_at",
    sums=Sums(_("Sum, without what failed or came back"), without="failure_code"),
    export="payouts",
    columns=(
        Number(_("Payout"), "number", "payout-detail", sort="-", several="seller__company_name"),
        FileOnly("seller__number", "seller"),
        STATE,
        Day(_("Expected"), "expected_on", sort="-"),
        Day(_("Paid"), "paid_at"),
        Code(_("Bank reference"), "bank_reference"),
        FileOnly("currency"),
        Amount(_("Amount"), "amount", sort="-", is_named=True, is_strong=True),
        FileOnly("batch__number", "batch"),
        FileOnly("end_to_end_id"),
        FileOnly("failure_code"),
        FileOnly("failure_detail"),
        FileOnly("created_at"),
    ),
)
