"""The list of recoveries.

The list of receivables.
"""

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.api.changed_since import ChangedSince
from koogallery.api.filters import ByAmount, ByCycle, ByName, ByNumber, Filters, between
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Instant, Link, Number, Part
from koogallery.portal.tables import FileOnly
from settlement.listings.bills import STATE
from settlement.models import Receivable, Recovery


class RecoveryFilters(Filters):
    model = Recovery
    columns = (
        "number basis opened_at refund seller original_bill cycle currency state amount "
        "outstanding refunded_at"
    )
    window_start = ByCycle("window_start")
    window_end = ByCycle("window_end")
    order = ByNumber("refund__order__number")
    product_name = ByName("refund__order__product__name")
    customer_name = ByName("refund__order__customer_name")
    taken_from_bill = ByNumber("allocations__bill__number")
    modified_since = ChangedSince("modified_at")


RECOVERIES = Listing(
    title=_("Recoveries"),
    rows=Recovery.objects.select_related(
        "seller", "refund__order", "original_bill", "receivable"
    ).annotate(taken=F("amount") - F("outstanding")),
    filters=RecoveryFilters,
    narrowed_by=(
        find(_("Recovery, refund or order"), "number", "refund__number", "refund__order__number"),
        Narrowing("state", _("State"), _("All states")),
        Narrowing("product_name", _("Product")),
        Narrowing("customer_name", _("Customer")),
        *period(pgettext_lazy("when", "Refunded"), "refunded_at"),
    ),
    ordering="-refunded_at",
    export="recoveries",
    columns=(
        Part(_("Recovery"), "number", "settlement/cells/recovery.html", sort="-", is_head=True),
        FileOnly("seller__number", "seller"),
        FileOnly("refund__number", "refund"),
        Link(
            _("Order"),
            "refund__order__number",
            "order-detail",
            note=("refund__order__customer_name",),
            export="order",
        ),
        Link(_("Settled on bill"), "original_bill__number", "bill-detail", export="original_bill"),
        FileOnly("cycle"),
        Instant(
            pgettext_lazy("when", "Refunded"), "refund__refunded_at", sort="-refunded_at", export=""
        ),
        FileOnly("refunded_at"),
        STATE,
        FileOnly("basis"),
        FileOnly("currency"),
        Amount(_("To recover"), "amount", sort="-", note=("currency",)),
        Amount(_("Taken"), "taken"),
        Amount(_("Open"), "outstanding", sort="-", is_strong=True),
        FileOnly("window_start"),
        FileOnly("window_end"),
    ),
)


class ReceivableFilters(Filters):
    model = Receivable
    columns = "number seller recovery state currency amount due_at opened_at"
    refund = ByNumber("recovery__refund__number")
    outstanding_from, outstanding_to = between(ByAmount, "recovery__outstanding")
    #: What is outstanding is the recovery's figure, so its changes are the receivable's.
    modified_since = ChangedSince("modified_at", "recovery__modified_at")


RECEIVABLES = Listing(
    title=_("Receivables"),
    rows=Receivable.objects.select_related("seller", "recovery__refund__order"),
    filters=ReceivableFilters,
    narrowed_by=(
        find(
            _("Receivable, recovery or refund"),
            "number",
            "recovery__number",
            "recovery__refund__number",
        ),
        Narrowing("state", _("State"), _("All states")),
        *period(_("Due"), "due_at"),
    ),
    ordering="due_at",
    export="receivables",
    columns=(
        Number(
            _("Receivable"),
            "number",
            "receivable-detail",
            sort="-",
            several="seller__company_name",
        ),
        FileOnly("seller__number", "seller"),
        Part(_("For"), "recovery__number", "settlement/cells/owed_for.html", export="recovery"),
        FileOnly("recovery__refund__number", "refund"),
        FileOnly("recovery__refund__order__number", "order"),
        Part(_("State"), "state", "settlement/cells/receivable_state.html", sort="+"),
        Instant(_("Due"), "due_at", sort="+"),
        FileOnly("currency"),
        Amount(_("Amount"), "amount", sort="-", note=("currency",)),
        Amount(_("Outstanding"), "recovery__outstanding", export="outstanding", is_strong=True),
        FileOnly("opened_at"),
    ),
)
