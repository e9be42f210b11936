"""The list of orders whose supervision is open.

What usage can be narrowed by.
"""

from django.utils.translation import gettext_lazy as _

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByCycle, ByName, ByNumber, ByWord, Filters
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Instant, Number, Part
from koogallery.portal.tables import Column, FileOnly
from sellers.choices import OPEN_SUPERVISION, Supervision
from sellers.models import Order, UsageRecord


class SupervisionFilters(Filters):
    """Orders by how far their supervision is (R9.3); for exports, as orders are settlement's."""

    model = Order
    columns = "seller product customer_name supervision_status placed_at"
    order = ByNumber("number")
    product_name = ByName("product__name")


SUPERVISIONS = Listing(
    title=_("Service Supervision"),
    rows=Order.objects.not_cancelled().filter(supervision_status__in=OPEN_SUPERVISION).with_names(),
    filters=SupervisionFilters,
    narrowed_by=(
        find(_("Order, customer or product"), "number", "customer_name", "product__name"),
        Narrowing("product_name", _("Product")),
        Narrowing("customer_name", _("Customer")),
        *period(_("Placed"), "placed_at"),
        Narrowing(
            "supervision_status",
            _("Waiting for"),
            _("You or the customer"),
            (
                (Supervision.WAITING_FOR_SERVICE, _("You: the service")),
                (Supervision.WAITING_FOR_ACCEPTANCE, _("The customer: the acceptance")),
            ),
        ),
    ),
    ordering="placed_at",
    export="supervisions",
    columns=(
        Number(_("Order"), "number", "order-detail", sort="-", export="order"),
        FileOnly("seller__number", "seller"),
        FileOnly("product__number", "product"),
        Column(
            _("Product and customer"),
            "product__name",
            phone=_("Product"),
            note=("customer_name",),
            several="seller__company_name",
            export="product_name",
        ),
        FileOnly("customer_name"),
        FileOnly("customer_account"),
        Part(_("Waiting for"), "supervision_status", "sellers/cells/waiting_for.html", sort="+"),
        Instant(_("Placed"), "placed_at", sort="+"),
        Part(_("Age"), "", "sellers/cells/age.html", classes="amount-cell number", is_figure=True),
        FileOnly("paid_at"),
        FileOnly("currency"),
        Amount(_("Sales amount"), "sales_amount", sort="-", is_named=True),
    ),
)


class UsageFilters(Filters):
    model = UsageRecord
    columns = (
        "customer_wht recorded_at metering_sn seller order package cycle started_at ended_at "
        "quantity unit_price sales_amount"
    )
    product = ByNumber("order__product__number")
    customer_account = ByWord("order__customer_account")
    currency = ByWord("order__currency")
    due_cycle = ByCycle("due_cycle")
    modified_since = ChangedSince("recorded_at")
