"""The list of exports."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.exports import ExportFilters
from koogallery.listings import Listing, Narrowing, period
from koogallery.models import ExportJob
from koogallery.portal.cells import (
    Figure,
    Instant,
)
from koogallery.portal.tables import Column

EXPORTS = Listing(
    title=_("Reports & exports"),
    rows=ExportJob.objects.select_related("requested_by"),
    filters=ExportFilters,
    narrowed_by=(
        Narrowing("state", _("State"), _("All states")),
        *period(_("Asked for"), "created_at"),
    ),
    ordering="-id",
    draws=True,
    columns=(
        # A row is drawn by sellers/components/export_row.html: it is asked for anew by itself.
        Column(_("Export")),
        Column(_("List")),
        Instant(_("Asked for")),
        Column(_("State")),
        Figure(_("Rows")),
        Column(_("File")),
    ),
)
