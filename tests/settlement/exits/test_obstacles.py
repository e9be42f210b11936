"""What is in the way of a seller's exit, one by one (R6.3)."""

from decimal import Decimal

import pytest

from koogallery.approvals import done
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Member, Order, Product, Seller
from settlement.models import (
    Bill,
    Receivable,
    Recovery,
    Refund,
)
from settlement.services.bills.disputes import open_dispute
from settlement.services.exits import exit_seller
from settlement.services.refunds import lifecycle
from tests import world
from tests.settlement.exits.building import end, everything_paid, obstacles

pytestmark = pytest.mark.django_db


def test_R6_3_a_listed_product_is_in_the_way(seller: Seller) -> None:
    product = world.a_product(seller)
    assert obstacles(seller) == {"product_listed": (product.number,)}


@pytest.mark.parametrize("order_type", ["purchase", "trial"])
@pytest.mark.parametrize("supervision", ["waiting_for_service", "waiting_for_acceptance"])
def test_R6_3_an_order_in_fulfilment_is_in_the_way(
    product: Product, order_type: str, supervision: str
) -> None:
    Product.objects.filter(pk=product.pk).update(supervised=True)
    order = world.an_order(
        product, "10", "2024-01-10", supervision=supervision, order_type=order_type
    )
    assert obstacles(product.seller) == {"order_in_fulfilment": (order.number,)}


@pytest.mark.parametrize("effective", ["2024-01-10", "2024-02-10", None])
@pytest.mark.parametrize("paid", ["2024-01-10", None])
def test_R6_3_an_order_not_billed_yet_is_in_the_way(
    settled: Order, effective: str | None, paid: str | None
) -> None:
    """Whether it is due, late, or still to be paid or enabled."""
    order = world.an_order(settled.product, "10", effective, paid=paid)
    assert obstacles(settled.seller) == {"order_unbilled": (order.number,)}


def test_R6_3_an_order_of_a_seller_never_closed_is_in_the_way(product: Product) -> None:
    order = world.an_order(product, "10", "2024-01-10")
    assert obstacles(product.seller) == {"order_unbilled": (order.number,)}


def test_R6_3_what_is_never_billed_is_not_in_the_way(product: Product, olga: User) -> None:
    world.an_order(product, "10", "2024-01-10", order_type="trial")
    world.an_order(product, "10", None, order_type="trial")
    end(world.a_pay_per_use_order(product, paid=None))
    world.a_refund(world.an_order(product, "10", "2024-01-10"), "10", paid_out="2024-01-20")
    assert done(exit_seller("S-1", actor=olga)).left_at


def test_R4_6_a_partly_refunded_order_is_still_to_be_billed(product: Product) -> None:
    order = world.an_order(product, "10", "2024-01-10")
    world.a_refund(order, "9", paid_out="2024-01-20")
    assert obstacles(product.seller) == {"order_unbilled": (order.number,)}


def test_R6_3_usage_not_billed_yet_is_in_the_way(product: Product) -> None:
    seller = product.seller
    metered = world.a_pay_per_use_order(product)
    unpaid = world.a_pay_per_use_order(product, paid=None)
    trial = world.a_pay_per_use_order(product, order_type="trial")
    world.some_usage(metered, "1", "2024-01-10", sn="billed")
    world.close("202401", seller)
    everything_paid()
    world.some_usage(trial, "1", "2024-01-10", sn="never billed")
    for order in (metered, unpaid):
        end(order)
    assert obstacles(seller) == {}
    world.some_usage(metered, "1", "2024-01-11", sn="late")
    world.some_usage(unpaid, "1", "2024-01-12", sn="unpaid")
    assert obstacles(seller) == {"usage_unbilled": ("late", "unpaid")}


@pytest.mark.parametrize("state", ["seller_review", "operator_review", "approved"])
def test_R6_3_a_refund_under_way_is_in_the_way(settled: Order, olga: User, state: str) -> None:
    refund = lifecycle.request_refund("O-1", Decimal(1), "x", "contract 7", actor=olga)
    if state == "approved":
        lifecycle.approve_refund(refund.number, actor=world.an_operator("oscar"))
    else:
        Refund.objects.update(state=state)
    assert obstacles(settled.seller) == {"refund_under_way": (refund.number,)}


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_R6_3_a_refund_that_came_to_nothing_is_not(settled: Order, olga: User, end: str) -> None:
    refund = lifecycle.request_refund("O-1", Decimal(1), "x", "contract 7", actor=olga)
    if end == "rejected":
        lifecycle.reject_refund(refund.number, "in use", actor=olga)
    else:
        lifecycle.withdraw_refund(refund.number, actor=olga)
    assert obstacles(settled.seller) == {}


def test_R6_3_a_recovery_then_its_receivable_are_in_the_way(settled: Order) -> None:
    seller = settled.seller
    world.a_refund(settled, "40", paid_out="2024-02-10")
    assert obstacles(seller) == {"recovery_open": (Recovery.objects.get().number,)}
    world.close("202403", seller)
    receivable = Receivable.objects.get()
    assert obstacles(seller) == {"receivable_open": (receivable.number,)}
    world.a_deposit(seller, "40")
    assert obstacles(seller) == {}


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        ("pending_approval", True),
        ("approval_rejected", True),
        ("invoice_under_review", True),
        ("payment_processing", True),
        ("payment_failed", True),
        ("paid", False),
        ("closed_without_payment", False),
    ],
)
def test_R6_3_a_bill_that_is_not_paid_is_in_the_way(
    settled: Order, state: str, is_open: bool
) -> None:
    Bill.objects.update(state=state)
    expected = {"bill_unpaid": ("B202401-S-1",)} if is_open else {}
    assert obstacles(settled.seller) == expected


def test_R6_3_an_invoice_that_is_due_is_in_the_way(settled: Order) -> None:
    Bill.objects.update(state="pending_invoice")
    assert obstacles(settled.seller) == {"invoice_due": ("B202401-S-1",)}


def test_R6_3_a_dispute_without_its_answer_is_in_the_way(settled: Order) -> None:
    mia = User.objects.create_user("mia")
    Member.objects.create(seller=settled.seller, user=mia, role=Role.OWNER)
    dispute = open_dispute("B202401-S-1", None, "too little", actor=mia)
    assert obstacles(settled.seller) == {"dispute_open": (dispute.number,)}


def test_R6_3_what_waits_for_the_next_bill_is_in_the_way(settled: Order) -> None:
    seller = settled.seller
    adjustment = world.an_adjustment(world.the_bill(seller, "202401"), "-30")
    assert obstacles(seller) == {"adjustment_pending": (adjustment.number,)}
    world.close("202402", seller)
    everything_paid()
    [carried] = seller.adjustments.filter(kind="carry_over")
    assert obstacles(seller) == {"negative_carried_over": (carried.number,)}
