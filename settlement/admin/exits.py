"""Sellers who want to leave, and the page of a seller with its exit (R6.3)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, Decision, QueueFilter, by_verb, decision_of
from koogallery.models import User
from sellers.admin.sellers import SellerAdmin
from sellers.models import Order, Product, Seller, UsageRecord
from settlement.admin.holds import HOLD
from settlement.admin.standing import rehearsed
from settlement.choices import ExitState
from settlement.models import (
    Adjustment,
    Bill,
    BillHold,
    Deposit,
    Dispute,
    ExitRequest,
    Receivable,
    Recovery,
    Refund,
)
from settlement.readings.exits import exit_obstacles, open_request_of, with_readiness
from settlement.rules.exits import Obstacle
from settlement.services.exits import exit_seller, refuse_exit

#: What the numbers of an obstacle are numbers of.
NAMED: Mapping[str, type[Model]] = {
    "product_listed": Product,
    "order_in_fulfilment": Order,
    "order_running": Order,
    "order_unbilled": Order,
    "usage_unbilled": UsageRecord,
    "refund_under_way": Refund,
    "recovery_open": Recovery,
    "receivable_open": Receivable,
    "bill_unpaid": Bill,
    "invoice_due": Bill,
    "dispute_open": Dispute,
    "adjustment_pending": Adjustment,
    "negative_carried_over": Adjustment,
    "registration_open": Seller,
}


def _of_leaving(seller: Seller, _: User) -> str:
    """One query more than nothing: the page itself says what is open."""
    if seller.left_at:
        return gettext("The seller has left.")
    open_ = exit_obstacles(seller)
    return gettext("Something is still open; see the seller’s page.") if open_ else ""


LEAVE = decision_of(
    exit_seller, refusal=_of_leaving, is_entered_first=False, **rehearsed(exit_seller)
)


def rows_of(seller: Seller, obstacle: Obstacle) -> list[Model]:
    """The rows that an obstacle names, each with a page of its own."""
    kind = NAMED[obstacle.code]
    if kind is UsageRecord:
        return list(seller.usage_records.filter(metering_sn__in=obstacle.numbers))
    return list(kind._default_manager.filter(number__in=obstacle.numbers))  # noqa: SLF001


def obstacles_of(seller: Seller) -> list[tuple[Obstacle, list[Model]]]:
    """What keeps it, each with the rows it names; nothing of who has left."""
    if seller.left_at:
        return []
    return [(each, rows_of(seller, each)) for each in exit_obstacles(seller)]


class ExitQueue(QueueFilter):
    """Requests that stand, by whether anything is still open with their seller."""

    states = ExitState
    waiting = "ready"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        waiting = [
            ("ready", gettext("Ready to leave")),
            ("waiting", gettext("Waiting: something is still open")),
        ]
        decided = [state for state in ExitState if state != ExitState.REQUESTED]
        return [
            ("all", gettext("All")),
            *waiting,
            *((each.value, str(each.label)) for each in decided),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"ready", "waiting"}:
            return super().queryset(request, queryset)
        return queryset.filter(state=ExitState.REQUESTED, is_ready=self.value() == "ready")


@admin.register(ExitRequest)
class ExitRequestAdmin(DecidingAdmin):
    decisions = by_verb(decision_of(refuse_exit))
    list_display = [
        "number",
        "seller",
        "state",
        "readiness",
        "requested_by",
        "requested_at",
        "reason",
    ]
    list_filter = [ExitQueue]
    search_fields = ["number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a request, number or name of a seller")
    list_select_related = ["decided_by"]
    ordering = ["requested_at", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_readiness(super().get_queryset(request))

    @columns.shown(_("Still open"))
    def readiness(self, request: Any) -> str:
        if request.state != ExitState.REQUESTED:
            return ""
        return gettext("nothing") if request.is_ready else gettext("see its seller")

    def page_context(self, row: ExitRequest, user: User) -> dict[str, Any]:
        return {
            "obstacles": obstacles_of(row.seller),
            "deposit": _deposit(row.seller),
            "leaving": "" if LEAVE.refusal(row.seller, user) else LEAVE.verb,
        }


admin.site.unregister(Seller)


@admin.register(Seller)
class LeavingSellerAdmin(SellerAdmin):
    decisions: ClassVar[Mapping[str, Decision]] = {
        **SellerAdmin.decisions,
        "hold": HOLD,
        "leave": LEAVE,
    }

    def page_context(self, row: Seller, user: User) -> dict[str, Any]:
        return {
            **super().page_context(row, user),
            "obstacles": obstacles_of(row),
            "wish": open_request_of(row),
            "deposit": _deposit(row),
            "hold": BillHold.objects.unreleased()
            .filter(seller=row)
            .select_related("held_by")
            .first(),
        }

    def question_context(self, request: HttpRequest, row: Seller) -> dict[str, Any]:
        return {**super().question_context(request, row), "deposit": _deposit(row)}


def _deposit(seller: Seller) -> Deposit | None:
    return Deposit.objects.filter(seller=seller).first()
