from collections.abc import Callable

import pytest

from koogallery.models import Act, Notice, User
from sellers.models import Order, Product, Seller
from settlement.models import Bill, Journal
from tests.settlement.api.standing import standing_world, world
from tests.settlement.builders import (
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)

__all__ = ["standing_world", "world"]


@pytest.fixture
def operator(db: None) -> User:
    return make_operator("olga")


@pytest.fixture
def second_operator(db: None) -> User:
    return make_operator("oscar")


@pytest.fixture
def seller(db: None) -> Seller:
    return make_seller()


@pytest.fixture
def product(seller: Seller) -> Product:
    """At fee ratio 0, so that amounts read easily."""
    return make_product(seller)


@pytest.fixture
def order(product: Product) -> Order:
    """1000 paid and enabled in January; not on a bill yet."""
    return make_order(product, "1000", at(1, 5))


@pytest.fixture
def settled_order(order: Order) -> Order:
    """1000, on the issued bill of January."""
    assert close(order.seller, "202601")
    return order


@pytest.fixture
def bill(settled_order: Order) -> Bill:
    """1000, issued for January."""
    return Bill.objects.get(seller=settled_order.seller, cycle="202601")


@pytest.fixture
def nothing_changes() -> Callable[[], tuple[int, int, int]]:
    """What every act leaves behind: compare it before and after a refusal."""
    return lambda: (Act.objects.count(), Notice.objects.count(), Journal.objects.count())
