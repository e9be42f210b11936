"""Whatever would open something beside an exit waits for it and is refused, or comes before it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from koogallery.kit.errors import Conflict
from sellers.models import Order, Product, Seller
from sellers.services.orders.recording import record_order
from sellers.services.products.catalogue import change_product, register_product
from settlement.models import DepositMovement
from settlement.services.deposits import move_deposit
from settlement.services.exits import exit_seller
from tests import world
from tests.sellers.facts import new_order, new_product

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def product() -> Product:
    """Delisted, of the seller S-1, who holds a deposit of 50."""
    seller = world.a_seller("S-1")
    world.a_deposit(seller, "50")
    return change_product(world.a_product(seller).number, {"listed": False}, actor=None)


def list_again(product: str) -> None:
    change_product(product, {"listed": True}, actor=None)


def register_another(product: str) -> None:
    register_product(new_product("S-1", number="P-2"), actor=None)


def sell(product: str) -> None:
    record_order(new_order("O-1", product), actor=None)


def leave_too(product: str) -> None:
    exit_seller("S-1", actor=world.an_operator())


def spend_the_deposit(product: str) -> None:
    move_deposit("S-1", "penalty", Decimal(50), "late", actor=world.an_operator())


def refusal_of(act: Callable[[str], None], product: str) -> str:
    try:
        act(product)
    except Conflict as refusal:
        return refusal.rule
    finally:
        connection.close()
    return "done"


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        (list_again, "R6.3"),
        (register_another, "R6.3"),
        (sell, "R6.3"),
        (leave_too, "R6.3"),
        (spend_the_deposit, "R6.1"),
    ],
)
def test_R6_3_what_comes_beside_an_exit_waits_for_it_and_is_refused(
    product: Product, act: Callable[[str], None], rule: str
) -> None:
    olga = world.an_operator()
    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            exit_seller("S-1", actor=olga)
            answer = beside.submit(refusal_of, act, product.number)
            while not (somebody_waits() or answer.done()):
                time.sleep(0.01)
            assert not answer.done()
        assert answer.result(timeout=30) == rule
    assert Seller.objects.get().left_at
    assert not Product.objects.filter(delisted_at=None).exists()
    assert not Order.objects.exists()
    assert list(DepositMovement.objects.values_list("kind", flat=True)) == ["top_up", "return"]
