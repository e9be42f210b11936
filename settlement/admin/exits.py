"""The page of a seller, with its exit: what is still open, then the leaving itself (R6.3)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from koogallery.admin.deciding import Decision, decision_of
from koogallery.models import User
from sellers.admin.sellers import SellerAdmin
from sellers.models import Order, Product, Seller, UsageRecord
from settlement.admin.holds import HOLD
from settlement.admin.rehearsing import rehearsed
from settlement.models import (
    Adjustment,
    Bill,
    BillHold,
    Deposit,
    Dispute,
    Receivable,
    Recovery,
    Refund,
)
from settlement.rules.exits import Obstacle
from settlement.services.exits import exit_obstacles, exit_seller

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
        return "The seller has left."
    open_ = exit_obstacles(seller)
    return f"Still open: {len(open_)} kinds of things; see the seller's page." if open_ else ""


LEAVE = decision_of(
    exit_seller, refusal=_of_leaving, is_entered_first=False, **rehearsed(exit_seller)
)


def rows_of(seller: Seller, obstacle: Obstacle) -> list[Model]:
    """The rows that an obstacle names, each with a page of its own."""
    kind = NAMED[obstacle.code]
    if kind is UsageRecord:
        return list(seller.usage_records.filter(metering_sn__in=obstacle.numbers))
    return list(kind._default_manager.filter(number__in=obstacle.numbers))  # noqa: SLF001


admin.site.unregister(Seller)


@admin.register(Seller)
class LeavingSellerAdmin(SellerAdmin):
    decisions: ClassVar[Mapping[str, Decision]] = {
        **SellerAdmin.decisions,
        "hold": HOLD,
        "leave": LEAVE,
    }

    def page_context(self, row: Seller, user: User) -> dict[str, Any]:
        obstacles = (
            [] if row.left_at else [(each, rows_of(row, each)) for each in exit_obstacles(row)]
        )
        return {
            **super().page_context(row, user),
            "obstacles": obstacles,
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
