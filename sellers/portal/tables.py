from django.utils.translation import gettext_lazy as _

from koogallery.portal.tables import Column

PRODUCTS = (
    Column(_("Product"), sort="number"),
    Column(_("Name"), sort="name"),
    Column(_("Delivery method"), sort="delivery_method"),
    Column(_("Supervised")),
    Column(_("Fee ratio"), sort="present_ratio", first="-", is_amount=True),
)

SUPERVISIONS = (
    Column(_("Order"), sort="number", first="-"),
    Column(_("Product and customer")),
    Column(_("Waiting for"), sort="supervision_status"),
    Column(_("Placed"), sort="placed_at", is_instant=True),
    Column(_("Age"), is_amount=True),
    Column(_("Sales amount"), sort="sales_amount", first="-", is_amount=True),
)

EXPORTS = (
    Column(_("Export")),
    Column(_("List")),
    Column(_("Asked for"), is_instant=True),
    Column(_("State")),
    Column(_("Rows"), is_amount=True),
    Column(_("File")),
)

MESSAGES = (
    Column(_("Message"), sort="number", first="-"),
    Column(_("Your server is asked to"), sort="activity"),
    Column(_("Order and product")),
    Column(_("State"), sort="state"),
    Column(_("Attempts"), sort="attempts_made", first="-", is_amount=True),
    Column(_("Queued"), sort="queued_at", first="-", is_instant=True),
)
