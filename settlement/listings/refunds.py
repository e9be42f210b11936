"""The lists of refunds, which the console calls unsubscriptions, and of their recoveries."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.api import filters
from koogallery.api.changed_since import ChangedSince
from koogallery.listings import Listing, Narrowing, find, period
from koogallery.portal.cells import Amount, Instant, Link, Number, Part
from koogallery.portal.tables import FileOnly
from sellers.choices import DeliveryMethod
from settlement.listings.bills import STATE
from settlement.models import Receivable, Recovery, Refund


class RefundFilters(filters.Filters):
    model = Refund
    columns = (
        "number agreed_at closed_at seller order state currency amount requested_at "
        "approved_at refunded_at"
    )
    reason = filters.ByText("reason")
    recovery = filters.ByNumber("recovery__number")
    approvals_needed = filters.ByCount("approvals_needed")
    product = filters.ByNumber("order__product__number")
    product_name = filters.ByName("order__product__name")
    customer_name = filters.ByName("order__customer_name")
    delivery_method = filters.OneOf(
        "order__product__delivery_method", choices=DeliveryMethod.choices
    )
    customer_account = filters.ByWord("order__customer_account")
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
    ordering="-id",
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
        Instant(_("Requested"), "requested_at", sort="-id"),
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


class RecoveryFilters(filters.Filters):
    model = Recovery
    columns = (
        "number basis opened_at refund seller original_bill cycle currency state amount "
        "outstanding refunded_at"
    )
    window_start = filters.ByCycle("window_start")
    window_end = filters.ByCycle("window_end")
    order = filters.ByNumber("refund__order__number")
    product_name = filters.ByName("refund__order__product__name")
    customer_name = filters.ByName("refund__order__customer_name")
    taken_from_bill = filters.ByNumber("allocations__bill__number")
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
    ordering="-id",
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


class ReceivableFilters(filters.Filters):
    model = Receivable
    columns = "number seller recovery state currency amount due_at opened_at"
    refund = filters.ByNumber("recovery__refund__number")
    outstanding_from, outstanding_to = filters.between(filters.ByAmount, "recovery__outstanding")
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
    ordering="-id",
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
        Part(_("State"), "state", "settlement/cells/receivable_state.html"),
        Instant(_("Due"), "due_at", sort="+"),
        FileOnly("currency"),
        Amount(_("Amount"), "amount", sort="-", note=("currency",)),
        Amount(_("Outstanding"), "recovery__outstanding", export="outstanding", is_strong=True),
        FileOnly("opened_at"),
    ),
)
