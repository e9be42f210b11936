"""Workers that tell sellers' servers at once, or die between call and record (R9.4)."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from sellers.models import DeliveryMessage, Order, Product
from sellers.services.delivery.answers import record_answer
from sellers.services.delivery.calls import claim, place
from tests.sellers.delivery.server import (
    SellerServer,
    answers,
    waits_for,
)
from tests.sellers.delivery.test_delivering import (
    LINE,
    an_order,
    committed,
    deliver,
    enabled_acts,
    state,
)
from tests.sellers.services.test_races import at_once

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("interface")
def test_R9_4_two_orders_never_share_an_instance(product: Product, server: SellerServer) -> None:
    an_order(product)
    deliver()
    second = an_order(product, "CS2-000001")
    server.faults.append(answers("000000", instanceId=server.instances[LINE]))
    deliver()
    second.refresh_from_db()
    assert second.effective_at is None
    message = DeliveryMessage.objects.get(order=second)
    assert message.state == "retrying"
    assert f"is the instance of order {LINE}" in message.result


@pytest.mark.usefixtures("interface")
def test_R9_4_a_worker_that_dies_between_call_and_record_leaves_one_enabled_order(
    product: Product, server: SellerServer
) -> None:
    order = an_order(product)
    call = claim()
    assert call
    place(call)  # and the worker dies here
    assert (server.created, state()) == (1, ("sending", 1))
    assert claim() is None
    DeliveryMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert deliver() == 1
    order.refresh_from_db()
    assert order.effective_at
    assert (server.created, state()) == (1, ("succeeded", 2))
    outcomes = DeliveryMessage.objects.get().attempts.values_list("outcome", flat=True)
    assert list(outcomes) == ["lost", "succeeded"]


@pytest.mark.usefixtures("interface")
def test_R9_4_an_answer_that_comes_after_its_lease_has_no_second_effect(
    product: Product, server: SellerServer
) -> None:
    order = an_order(product)
    slow = claim()
    assert slow
    late = place(slow)
    DeliveryMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver()
    order.refresh_from_db()
    enabled_at = order.effective_at
    record_answer(slow.attempt.pk, late)
    order.refresh_from_db()
    assert order.effective_at == enabled_at
    assert enabled_acts() == 1
    assert (server.created, state()) == (1, ("succeeded", 2))


@pytest.mark.usefixtures("interface")
def test_R9_4_only_the_latest_attempt_has_an_effect(product: Product) -> None:
    an_order(product)
    slow = claim()
    assert slow
    late = place(slow)
    DeliveryMessage.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    latest = claim()
    assert latest
    record_answer(slow.attempt.pk, late)
    assert state() == ("sending", 2)
    assert not Order.objects.exclude(effective_at=None).exists()
    record_answer(latest.attempt.pk, place(latest))
    assert state() == ("succeeded", 2)
    assert enabled_acts() == 1


@committed
@pytest.mark.usefixtures("interface")
def test_R9_4_R1_2_two_workers_enable_an_order_exactly_once(
    product: Product, server: SellerServer
) -> None:
    an_order(product)
    go_on, arrived = Event(), Event()
    server.faults.append(waits_for(go_on, arrived))

    def first() -> int:
        return deliver()

    def second() -> int:
        assert arrived.wait(10)
        try:
            return deliver()
        finally:
            go_on.set()

    assert at_once(first, second) == [1, 0]
    assert len(server.seen) == 1
    assert enabled_acts() == 1
    assert state() == ("succeeded", 1)


@committed
@pytest.mark.usefixtures("interface")
def test_R9_4_a_message_that_is_being_claimed_is_passed_over(product: Product) -> None:
    an_order(product)
    claimed, passed = Event(), Event()

    def first() -> int:
        with transaction.atomic():
            call = claim()
            claimed.set()
            passed.wait(2)
        return call.attempt.attempt_no if call else 0

    def second() -> int:
        assert claimed.wait(10)
        try:
            return 1 if claim() else 0
        finally:
            passed.set()

    assert at_once(first, second) == [1, 0]


@committed
@pytest.mark.usefixtures("interface")
def test_R9_4_four_workers_tell_each_of_twelve_orders_once(
    product: Product, server: SellerServer
) -> None:
    for n in range(12):
        an_order(product, f"CS{n}-000001")
    told = at_once(*[deliver] * 4)
    assert sum(n for n in told if isinstance(n, int)) == 12
    assert (len(server.seen), enabled_acts()) == (12, 12)
