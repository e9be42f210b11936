"""The list of receivables."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByNumber, Filters, between
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Instant, Number, Part
from koogallery.portal.tables import FileOnly
from settlement.models import Receivable


class ReceivableFilters(Filters):
    model = Receivable
    columns = "number seller recovery state currency amount due_at opened_at"
    refund = ByNumber("recovery__refund__number")
    outstanding_from, outstanding_to = between(ByAmount, "recovery__outstanding")
    #: What is outstanding is the recovery's figure, so its changes are the receivable's.
    modified_since = ChangedSince("modified_at", "recovery__modified_at")


RECEIVABLES = Listing(
    title=_("Receivables"),
    rows=Receivable.objects.select_related("seller", "recovery__refund__order"),
    filters=ReceivableFilters,
    narrowed_by=(
        find(
            _("Receivable, recovery or refund"),
            "number",
            "recovery__number",
            "recovery__refund__number",
        ),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Due"), "due_at"),
    ),
    ordering="due_at",
    export="receivables",
    columns=(
        Number(
            _("Receivable"),
            "number",
            "receivable-detail",
            sort="-",
            several="seller__company_name",
        ),
        FileOnly("seller__number", "seller"),
        Part(_("For"), "recovery__number", "settlement/cells/owed_for.html", export="recovery"),
        FileOnly("recovery__refund__number", "refund"),
        FileOnly("recovery__refund__order__number", "order"),
        Part(_("State"), "state", "settlement/cells/receivable_state.html", sort="+"),
        Instant(_("Due"), "due_at", sort="+"),
        FileOnly("currency"),
        Amount(_("Amount"), "amount", sort="-", note=("currency",)),
        Amount(_("Outstanding"), "recovery__outstanding", export="outstanding", is_strong=True),
        FileOnly("opened_at"),
    ),
)
