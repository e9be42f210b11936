"""The columns of Transaction Details, whose rows are read by a statement of their own."""

from django.utils.translation import gettext_lazy as _

from koogallery.portal.cells import ExactAmount, Month, Part, Percent
from koogallery.portal.tables import Column

TRANSACTIONS = (
    Part(_("Order"), "", "settlement/cells/transaction.html", sort="-order", is_head=True),
    Column(
        _("Product and customer"),
        "order__product__name",
        phone=_("Product"),
        note=("order__customer_name",),
        several="order__seller__company_name",
    ),
    Part(_("Took effect"), "", "settlement/cells/took_effect.html", is_instant=True),
    Month(_("Cycle"), "transaction__cycle", sort="-cycle", empty=_("open")),
    ExactAmount(
        _("Sales amount"),
        "transaction__sales_amount",
        "order__currency",
        sort="-sales_amount",
        note=("order__currency",),
    ),
    ExactAmount(_("Customer’s WHT"), "transaction__customer_wht", "order__currency"),
    Percent(_("Fee ratio"), "order__platform_fee_ratio"),
    Part(_("Bill"), "", "settlement/cells/transaction_billing.html"),
)
