"""The list of disputes."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCount, ByText, ByWord, Filters
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Excerpt, Instant, Number, Part
from koogallery.portal.tables import FileOnly
from settlement.listings.bills import STATE
from settlement.models import Dispute


class DisputeFilters(Filters):
    model = Dispute
    columns = "number adjustment difference seller bill state amount opened_at answered_at"
    line_no = ByCount("line_no")
    currency = ByWord("bill__currency")
    reason = ByText("reason")
    modified_since = ChangedSince("modified_at")


DISPUTES = Listing(
    title=_("Disputes"),
    rows=Dispute.objects.select_related("seller", "bill", "adjustment"),
    filters=DisputeFilters,
    narrowed_by=(
        find(_("Dispute, bill or reason"), "number", "bill__number", "reason"),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Opened"), "opened_at"),
    ),
    ordering="-opened_at",
    export="disputes",
    columns=(
        Number(_("Dispute"), "number", "dispute-detail", sort="-", several="seller__company_name"),
        FileOnly("seller__number", "seller"),
        Part(_("Of"), "bill__number", "settlement/cells/disputed.html", export="bill"),
        FileOnly("line_no"),
        Instant(_("Opened"), "opened_at", sort="-"),
        Excerpt(_("Reason"), "reason"),
        FileOnly("bill__currency", "currency"),
        Amount(_("Missing"), "amount", "bill__currency", is_named=True, empty=_("not said")),
        STATE,
        Amount(_("Found"), "difference", "bill__currency", is_named=True),
        FileOnly("adjustment__number", "adjustment"),
        FileOnly("answer"),
        FileOnly("answered_at"),
    ),
)
