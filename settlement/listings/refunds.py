"""The list of refunds, which the console calls unsubscriptions."""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCount, ByName, ByNumber, ByText, ByWord, Filters, OneOf
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Instant, Link, Number, Part
from koogallery.portal.tables import FileOnly
from sellers.choices import DeliveryMethod
from settlement.listings.bills import STATE
from settlement.models import Refund


class RefundFilters(Filters):
    model = Refund
    columns = (
        "number agreed_at closed_at seller order state currency amount requested_at "
        "approved_at refunded_at"
    )
    reason = ByText("reason")
    recovery = ByNumber("recovery__number")
    approvals_needed = ByCount("approvals_needed")
    product = ByNumber("order__product__number")
    product_name = ByName("order__product__name")
    customer_name = ByName("order__customer_name")
    delivery_method = OneOf("order__product__delivery_method", choices=DeliveryMethod.choices)
    customer_account = ByWord("order__customer_account")
    modified_since = ChangedSince("modified_at")


REFUNDS = Listing(
    title=_("Unsubscriptions"),
    rows=Refund.objects.select_related("seller", "order__product", "recovery"),
    filters=RefundFilters,
    narrowed_by=(
        find(
            _("Refund, order or customer"),
            "number",
            "order__number",
            "order__customer_name",
            "order__customer_account",
        ),
        Narrowing("state", _("State"), _("All states")),
        Narrowing("product_name", _("Product")),
        Narrowing("customer_name", _("Customer")),
        *period(_("Requested"), "requested_at"),
    ),
    ordering="-requested_at",
    export="refunds",
    columns=(
        Number(_("Refund"), "number", "refund-detail", sort="-", several="seller__company_name"),
        FileOnly("seller__number", "seller"),
        Link(
            _("Order and customer"),
            "order__number",
            "order-detail",
            phone=_("Order"),
            note=("order__product__name", "order__customer_name"),
            export="order",
        ),
        FileOnly("order__customer_name", "customer_name"),
        FileOnly("order__customer_account", "customer_account"),
        Instant(_("Requested"), "requested_at", sort="-"),
        FileOnly("currency"),
        Amount(_("Amount"), "amount", sort="-", is_named=True),
        STATE,
        Part(_("Who acts"), template="settlement/cells/next_actor.html"),
        FileOnly("reason"),
        FileOnly("approved_at"),
        FileOnly("refunded_at"),
        FileOnly("seller_comment"),
        FileOnly("rejection_reason"),
        FileOnly("recovery__number", "recovery"),
    ),
)
