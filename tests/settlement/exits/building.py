"""Sellers that could leave, and what is in the way of it."""

from django.db import transaction

from koogallery.models import User
from sellers.models import Order, Seller
from sellers.services.orders.recording import change_order
from settlement.models import (
    Bill,
    ExitRequest,
)
from settlement.readings.exits import (
    exit_obstacles,
    ready_requests,
    waiting_requests,
)
from tests import world
from tests.authority import answer_for_bills


def everything_paid() -> None:
    answer_for_bills()
    Bill.objects.update(state="paid")


def end(order: Order) -> None:
    change_order(order.number, {"ended_at": world.at("2024-02-01")}, actor=None)


def obstacles(seller: Seller) -> dict[str, tuple[str, ...]]:
    """What is found for one seller is what makes its request wait, asked in one statement."""
    found = {each.code: each.numbers for each in exit_obstacles(Seller.objects.get(pk=seller.pk))}
    assert is_ready(seller) is not bool(found)
    return found


def is_ready(seller: Seller) -> bool:
    with transaction.atomic():
        wish = a_wish(seller, User.objects.order_by("pk").first())
        ready = wish in ready_requests()
        assert ready is not (wish in waiting_requests())
        transaction.set_rollback(True)
    return ready


def a_wish(seller: Seller, user: User | None) -> ExitRequest:
    return ExitRequest.objects.create(
        number="XR-1", seller=seller, requested_by=user or world.an_operator()
    )
