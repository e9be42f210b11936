"""Refunds asked for, approved and paid out at the same time, by real threads on real connections.

The lock and the database's own guard each suffice alone; `test_..._alone` proves that by taking the
other away. With both taken away the books go wrong, which the last test shows: so the first ones
do see what they are there to prevent.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from koogallery.kit.errors import DomainError
from koogallery.models import Notice, User
from koogallery.scoping import ScopedQuerySet
from sellers.models import Order
from settlement.models import Journal, Recovery, Refund, RefundApproval
from settlement.services.refunds import lifecycle
from tests.settlement.builders import (
    approved_refund,
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)
from tests.together import read_together

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = 20


@pytest.fixture
def market() -> tuple[Order, User, User]:
    """1000 on the issued bill of January, and two operators."""
    seller = make_seller()
    order = make_order(make_product(seller), "1000", at(1, 5))
    close(seller, "202601")
    return order, make_operator("olga"), make_operator("oscar")


def at_once(act: Callable[[], Any], callers: int = CALLERS) -> Counter[str]:
    """Let all callers start together; how often each outcome came about."""
    start = Barrier(callers)

    def call(_: int) -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            act()
        except DomainError as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(callers) as threads:
        return Counter(threads.map(call, range(callers)))


def claimed(order: Order) -> Decimal:
    amounts = Refund.objects.filter(order=order).values_list("amount", flat=True)
    return sum(amounts, Decimal())


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedQuerySet, "hold", lambda _rows, _pk: None)


@pytest.fixture
def no_trigger() -> Iterator[None]:
    """The table without its guard, until the test is over."""
    switch = "ALTER TABLE settlement_refund {} TRIGGER within_the_amount_paid"
    with connection.cursor() as cursor:
        cursor.execute(switch.format("DISABLE"))
    yield
    with connection.cursor() as cursor:
        cursor.execute(switch.format("ENABLE ALWAYS"))


def ask_for_300(order: Order, actor: User) -> Counter[str]:
    return at_once(
        lambda: lifecycle.request_refund(
            order.number, Decimal(300), "not needed", "contract 7", actor=actor
        )
    )


def test_R4_1_twenty_requests_at_once_never_exceed_the_amount_paid(
    market: tuple[Order, User, User],
) -> None:
    order, operator, _ = market
    assert ask_for_300(order, operator) == {"done": 3, "InvalidInput": 17}
    assert claimed(order) == 900


@pytest.mark.usefixtures("no_lock")
def test_R4_1_the_trigger_alone_holds(market: tuple[Order, User, User]) -> None:
    order, operator, _ = market
    assert ask_for_300(order, operator) == {"done": 3, "InvalidInput": 17}
    assert claimed(order) == 900


@pytest.mark.usefixtures("no_trigger")
def test_R4_1_the_lock_alone_holds(market: tuple[Order, User, User]) -> None:
    order, operator, _ = market
    assert ask_for_300(order, operator) == {"done": 3, "InvalidInput": 17}
    assert claimed(order) == 900


@pytest.mark.usefixtures("no_lock", "no_trigger")
def test_without_lock_and_trigger_twenty_requests_exceed_the_amount_paid(
    market: tuple[Order, User, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    order, operator, _ = market
    monkeypatch.setattr(lifecycle, "facts_of", read_together(vars(lifecycle)["facts_of"], 4))
    ask_for_300(order, operator)
    assert claimed(order) > 1000


def test_R4_4_one_operator_at_many_screens_approves_once(
    market: tuple[Order, User, User],
) -> None:
    order, operator, second = market
    refund = approved_refund(order, "300", operator)
    outcome = at_once(lambda: lifecycle.approve_refund(refund.number, actor=second), 8)
    assert outcome == {"done": 1, "IllegalTransition": 7}
    assert RefundApproval.objects.count() == 1
    assert Notice.objects.filter(kind="refund_confirmed").count() == 2


def test_R5_1_a_payout_reported_many_times_at_once_is_recovered_once(
    market: tuple[Order, User, User],
) -> None:
    order, operator, second = market
    refund = approved_refund(order, "300", operator, second)
    outcome = at_once(lambda: lifecycle.complete_refund(refund.number, at(2, 10), actor=second), 8)
    assert outcome == {"done": 8}
    assert Recovery.objects.count() == 1
    assert Journal.objects.filter(kind="recovery").count() == 1
