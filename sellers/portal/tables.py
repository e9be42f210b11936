from django.utils.translation import gettext_lazy as _

from koogallery.portal.cells import Amount, Instant
from koogallery.portal.tables import Column

PRODUCTS = (
    Column(_("Product"), sort="+number"),
    Column(_("Name"), sort="+name"),
    Column(_("Delivery method"), sort="+delivery_method"),
    Column(_("Supervised")),
    Amount(_("Fee ratio"), sort="-present_ratio"),
)

SUPERVISIONS = (
    Column(_("Order"), sort="-number"),
    Column(_("Product and customer")),
    Column(_("Waiting for"), sort="+supervision_status"),
    Instant(_("Placed"), sort="+placed_at"),
    Amount(_("Age")),
    Amount(_("Sales amount"), sort="-sales_amount"),
)

EXPORTS = (
    Column(_("Export")),
    Column(_("List")),
    Instant(_("Asked for")),
    Column(_("State")),
    Amount(_("Rows")),
    Column(_("File")),
)

MESSAGES = (
    Column(_("Message"), sort="-number"),
    Column(_("Your server is asked to"), sort="+activity"),
    Column(_("Order and product")),
    Column(_("State"), sort="+state"),
    Amount(_("Attempts"), sort="-attempts_made"),
    Instant(_("Queued"), sort="-queued_at"),
)
