"""The usage of an order in a cycle."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.listings import Listing, period
from koogallery.portal.cells import Code, ExactAmount, Part, Quantity
from koogallery.portal.tables import FileOnly
from sellers.listings.supervisions import UsageFilters
from sellers.models import UsageRecord

#: Instead of a cycle: of usage that has none yet.
OPEN = "open"


def of_the_order(records: QuerySet[UsageRecord], query: QueryDict) -> QuerySet[UsageRecord]:
    order, cycle = query.get("order"), query.get("cycle")
    if order:
        records = records.filter(order__number=order)
    if cycle:
        records = records.filter(cycle=None if cycle == OPEN else cycle)
    return records


USAGE = Listing(
    title=_("Usage records"),
    rows=UsageRecord.objects.select_related("order"),
    filters=UsageFilters,
    within=of_the_order,
    narrowed_by=period(_("Consumed"), "started_at"),
    ordering="id",
    export="usage-records",
    columns=(
        Code(_("Record"), "metering_sn", is_head=True),
        FileOnly("seller__number", "seller"),
        FileOnly("order__number", "order"),
        FileOnly("package__number", "package"),
        FileOnly("order__product__number", "product"),
        FileOnly("order__product__name", "product_name"),
        FileOnly("order__customer_account", "customer_account"),
        Part(_("Consumed"), "started_at", "settlement/cells/consumed.html", is_instant=True),
        FileOnly("ended_at"),
        Quantity(_("Quantity"), "quantity"),
        FileOnly("unit_price"),
        FileOnly("order__currency", "currency"),
        ExactAmount(_("Sales amount"), "sales_amount", "order__currency"),
        ExactAmount(_("Customer’s WHT"), "customer_wht", "order__currency"),
        FileOnly("cycle"),
        FileOnly("due_cycle"),
        Part(_("Bill"), template="settlement/cells/billed_on.html"),
    ),
)
