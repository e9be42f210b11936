from decimal import Decimal

import pytest
from django.test import Client

from koogallery.models import User
from sellers.models import Order
from settlement.models import Refund
from settlement.services.refunds import lifecycle
from tests.settlement.builders import (
    a_spokesman,
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)


@pytest.fixture
def requester(db: None) -> User:
    return make_operator("olga")


@pytest.fixture
def approver(db: None) -> User:
    return make_operator("oscar")


def a_settled_order() -> Order:
    """1000, on the issued bill of January; another 400 is due in February."""
    product = make_product(make_seller())
    order = make_order(product, "1000", at(1, 5))
    close(order.seller, "202601")
    make_order(product, "400", at(2, 5))
    return order


@pytest.fixture
def settled_order(db: None) -> Order:
    return a_settled_order()


@pytest.fixture
def refund(settled_order: Order, requester: User) -> Refund:
    """300 of the settled 1000, agreed to by the seller, waiting for an operator."""
    asked = lifecycle.request_refund(
        settled_order.number, Decimal(300), "never provisioned", "contract 7", actor=requester
    )
    return lifecycle.agree_refund(asked.number, "we agree", actor=a_spokesman())


@pytest.fixture
def desk(client: Client, approver: User) -> Client:
    """The browser of an operator who did not ask for anything."""
    client.force_login(approver)
    return client
