"""Orders and usage: found, and corrected while they are not billed."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.paginator import InfinitePaginator

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision
from koogallery.admin.exporting import ExportingAdmin
from koogallery.admin.filters import AmountFilter, DayFilter
from koogallery.admin.new_work import new_work
from koogallery.admin.reading import LongReadOnlyAdmin
from koogallery.duties import Duty
from koogallery.models import User
from sellers.admin.deliveries import messages_table
from sellers.admin.entering import NewOrderForm, OrderForm
from sellers.models import Order, UsageRecord
from sellers.services.orders.recording import NewOrder, change_order, record_order

CORRECT = Decision(
    verb="correct",
    duty=Duty.IMPORT_FACTS,
    label=_("Correct"),
    question=_("What of this order is different?"),
    form=OrderForm,
    act=lambda number, *, changes, actor: change_order(number, changes, actor=actor),
    refusal=lambda _order, _user: "",
    done=_("The order is corrected."),
)


@admin.register(Order)
class OrderAdmin(ExportingAdmin, DecidingAdmin):
    """An order as it was reported; settlement adds its bills and refunds."""

    exported = "orders"
    paginator = InfinitePaginator
    decisions: ClassVar[Mapping[str, Decision]] = {"correct": CORRECT}
    list_display = [
        "number",
        "seller",
        "order_type",
        "billing_mode",
        "customer_name",
        columns.amount("paid_amount", _("Paid")),
        "sales_amount",
        "cycle",
        "due_cycle",
    ]
    list_filter: Sequence[Any] = [
        ("seller", AutocompleteSelectFilter),
        "order_type",
        "billing_mode",
        ("cancelled_at", EmptyFieldListFilter),
        ("placed_at", DayFilter),
        ("paid_amount", AmountFilter),
    ]
    search_fields = ["number__startswith", "seller__number__exact", "customer_account__exact"]
    folded_names = ["customer_name", "seller__company_name"]
    search_help_text = _(
        "Number of an order or a seller, a customer’s account, or a name of either"
    )
    list_select_related = ["product"]
    asking = Duty.IMPORT_FACTS
    actions_list = ["register"]

    register = new_work(
        NewOrderForm,
        lambda entered, actor: record_order(NewOrder(**entered), actor=actor)[0],
        description=_("Register an order…"),
        url_path="register",
        question=_("Register an order"),
        label=_("Register"),
        consequence=_(
            "One order line, as the trading system sends it. It is billed once it is "
            "paid, in effect and accepted (R1.3)."
        ),
        done=_("The order is registered."),
    )

    def form_options(self, request: HttpRequest, row: Order, decision: Decision) -> dict[str, Any]:
        return {"corrected": row} if decision.verb == "correct" else {}

    def page_context(self, row: Order, user: User) -> dict[str, Any]:
        return {
            "messages_sent": messages_table(row.delivery_messages.order_by("-pk")),
        }


@admin.register(UsageRecord)
class UsageRecordAdmin(ExportingAdmin, LongReadOnlyAdmin):
    exported = "usage-records"
    list_display = [
        "metering_sn",
        "seller",
        "order",
        "started_at",
        "quantity",
        columns.amount("sales_amount", _("Sales amount"), currency="order.currency", exact=True),
        "cycle",
        "due_cycle",
    ]
    list_filter = ["seller", "started_at"]
    search_fields = ["metering_sn__exact", "order__number__exact", "seller__number__exact"]
    search_help_text = _("Serial number of a record, or number of an order or a seller")
    fields = [
        "metering_sn",
        "seller",
        "order",
        "started_at",
        "ended_at",
        "quantity",
        columns.amount("unit_price", _("Unit price"), currency="order.currency", exact=True),
        columns.amount("sales_amount", _("Sales amount"), currency="order.currency", exact=True),
        columns.amount(
            "customer_wht", _("Customer’s withholding tax"), currency="order.currency", exact=True
        ),
        "cycle",
        "due_cycle",
        "recorded_at",
    ]
