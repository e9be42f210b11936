"""The list of exports."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.exports import ExportFilters
from koogallery.exports.kinds import LABELS
from koogallery.listings import Listing, Narrowing, period
from koogallery.models import ExportJob
from koogallery.portal.cells import Figure, Instant
from koogallery.portal.tables import Column, FileOnly

EXPORTS = Listing(
    title=_("Reports & exports"),
    rows=ExportJob.objects.select_related("requested_by"),
    filters=ExportFilters,
    narrowed_by=(
        Narrowing("state", _("State"), _("All states")),
        *period(_("Asked for"), "created_at"),
    ),
    ordering="-id",
    export="exports",
    draws=True,
    columns=(
        # A row is drawn by sellers/components/export_row.html: it is asked for anew by itself.
        Column(_("Export")),
        Column(_("List")),
        Instant(_("Asked for")),
        Column(_("State")),
        Figure(_("Rows")),
        Column(_("File")),
        FileOnly("number"),
        FileOnly("kind", "list", words=LABELS),
        FileOnly("format"),
        FileOnly("state"),
        FileOnly("rows_done", "rows"),
        FileOnly("requested_by__username", "requested_by"),
        FileOnly("created_at", "requested_at"),
        FileOnly("finished_at"),
        FileOnly("expires_at"),
    ),
)
