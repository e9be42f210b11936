"""The columns of Transaction Details, whose rows are read by statements of their own."""

from django.utils.translation import gettext_lazy as _

from koogallery.portal.cells import ExactAmount, Month, Part, Percent
from koogallery.portal.tables import Column, FileOnly

TRANSACTIONS = (
    Part(
        _("Order"),
        "",
        "settlement/cells/transaction.html",
        sort="-order",
        is_head=True,
        export="order",
    ),
    Column(
        _("Product and customer"),
        "order__product__name",
        phone=_("Product"),
        note=("order__customer_name",),
        several="order__seller__company_name",
        export="product_name",
    ),
    Part(
        _("Took effect"),
        "",
        "settlement/cells/took_effect.html",
        is_instant=True,
        export="effective_at",
    ),
    Month(_("Cycle"), "transaction__cycle", sort="-cycle", empty=_("open"), export="cycle"),
    ExactAmount(
        _("Sales amount"),
        "transaction__sales_amount",
        "order__currency",
        sort="-sales_amount",
        note=("order__currency",),
        export="sales_amount",
    ),
    ExactAmount(
        _("Customer’s WHT"), "transaction__customer_wht", "order__currency", export="customer_wht"
    ),
    Percent(_("Fee ratio"), "order__platform_fee_ratio", export="platform_fee_ratio"),
    Part(_("Bill"), "", "settlement/cells/transaction_billing.html", export="bill"),
    FileOnly("kind"),
    FileOnly("seller"),
    FileOnly("product"),
    FileOnly("customer_name"),
    FileOnly("customer_account"),
    FileOnly("records"),
    FileOnly("due_cycle"),
    FileOnly("currency"),
    FileOnly("line_no"),
    FileOnly("expected_cycle"),
    FileOnly("waiting_for"),
    FileOnly("settlement_amount", is_money=True),
    FileOnly("refund"),
    FileOnly("refunded_amount", is_money=True),
    FileOnly("recovery"),
)
