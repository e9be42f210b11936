"""Messages to a real server over HTTP: told once, answered, acted on once (R9.4)."""

import time
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from koogallery import outgoing
from koogallery.kit.money import ZERO
from koogallery.models import Act, Notice
from sellers.models import DeliveryInterface, DeliveryMessage, Instance, Order, Product
from sellers.services.delivery import calls
from sellers.services.delivery.calls import deliver_due
from sellers.services.delivery.interfaces import request_test, switch_interface
from sellers.services.delivery.queue import release_refunded
from sellers.services.orders.recording import change_order, record_order
from tests.sellers.delivery.conftest import make_due
from tests.sellers.delivery.server import (
    SellerServer,
    acts_and_hangs_up,
    acts_but_signs_wrongly,
    acts_without_signing,
    answers,
    breaks_down,
    waits_for,
)
from tests.sellers.facts import new_order, new_pay_per_use_order
from tests.world import an_operator, at

pytestmark = pytest.mark.django_db

#: With workers of their own, who see what is committed alone.
committed = pytest.mark.django_db(transaction=True)

LINE = "CS2211181819ABCDE-000001"


def an_order(product: Product, number: str = LINE, **facts: Any) -> Order:
    """Paid, not enabled yet."""
    return record_order(
        new_order(number, product.number, **{"effective_at": None, **facts}), actor=None
    )[0]


def deliver() -> int:
    return deliver_due(time.monotonic() + 30)


def state() -> tuple[str, int]:
    message = DeliveryMessage.objects.get()
    return message.state, message.attempts_made


@pytest.mark.usefixtures("interface")
def test_R9_4_R1_2_a_paid_order_is_enabled_when_the_sellers_success_is_received(
    product: Product, server: SellerServer
) -> None:
    an_order(product)
    before = timezone.now()
    assert deliver() == 1
    order = Order.objects.get(effective_at__range=(before, timezone.now()))
    assert order.cycle
    [request] = server.seen
    assert request.pop("businessId")
    assert request == {
        "activity": "newInstance",
        "orderId": "CS2211181819ABCDE",
        "orderLineId": LINE,
        "testFlag": "0",
    }
    instance = Instance.objects.get()
    assert (instance.state, instance.instance_id) == ("running", server.instances[LINE])
    assert instance.enabled_at == order.effective_at
    assert state() == ("succeeded", 1)
    assert deliver() == 0


def test_R9_4_without_an_interface_nothing_is_told(product: Product) -> None:
    an_order(product)
    assert not DeliveryMessage.objects.exists()


@pytest.mark.usefixtures("interface")
def test_R9_4_an_order_is_told_once_it_is_paid_and_once_only(product: Product) -> None:
    an_order(product, paid_at=None)
    assert not DeliveryMessage.objects.exists()
    change_order(LINE, {"paid_at": at("2024-02-06")}, actor=None)
    change_order(LINE, {"paid_at": at("2024-02-07")}, actor=None)
    record_order(
        new_order(LINE, product.number, effective_at=None, paid_at=at("2024-02-07")), actor=None
    )
    assert [message.key for message in DeliveryMessage.objects.all()] == [f"new:{LINE}"]


@pytest.mark.usefixtures("interface")
def test_R9_4_what_was_enabled_by_other_means_is_not_told(product: Product) -> None:
    an_order(product, effective_at=at("2024-02-05"))
    assert not DeliveryMessage.objects.exists()


@pytest.mark.usefixtures("interface")
@pytest.mark.parametrize(
    ("fault", "outcome", "says"),
    [
        (answers("000001"), "refused", "compare the access key"),
        (answers("000005"), "refused", "Internal error"),
        (answers("000100"), "refused", "no resource left"),
        (answers("000000"), "untrusted", "no instanceId"),
        (breaks_down, "untrusted", "HTTP 200"),
        (acts_but_signs_wrongly, "untrusted", "does not fit"),
        (acts_without_signing, "untrusted", "no header Body-Sign"),
        (acts_and_hangs_up, "unreachable", "connection failed"),
    ],
    ids=[
        "another key",
        "an error of its own",
        "no resource",
        "no instance",
        "breaks down",
        "signs wrongly",
        "does not sign",
        "hangs up",
    ],
)
def test_R9_4_a_failure_is_sent_again_and_creates_one_instance(
    product: Product, server: SellerServer, fault: Any, outcome: str, says: str
) -> None:
    an_order(product)
    server.faults.append(fault)
    assert deliver() == 1
    assert state() == ("retrying", 1)
    message = DeliveryMessage.objects.get()
    attempt = message.attempts.get()
    assert (attempt.outcome, says in attempt.explanation) == (outcome, True), attempt.explanation
    assert not Order.objects.exclude(effective_at=None).exists()
    assert message.next_attempt_at
    assert timedelta(seconds=9) < message.next_attempt_at - timezone.now() <= timedelta(seconds=10)
    make_due()
    assert deliver() == 1
    assert state() == ("succeeded", 2)
    assert Order.objects.exclude(effective_at=None).count() == 1
    assert server.created == 1
    first, second = (request["businessId"] for request in server.seen)
    assert first != second


@pytest.mark.usefixtures("interface")
def test_R9_4_no_answer_within_five_seconds_is_none(
    product: Product, server: SellerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "TIMEOUT", 0.2)
    an_order(product)
    go_on = Event()
    server.faults.append(waits_for(go_on, Event()))
    deliver()
    go_on.set()
    assert state() == ("retrying", 1)
    attempt = DeliveryMessage.objects.get().attempts.get()
    assert attempt.explanation == "No answer within 0.2 seconds."


@pytest.mark.usefixtures("interface")
@pytest.mark.parametrize("code", ["000002", "000101", "000102"])
def test_R9_4_what_would_be_refused_again_is_given_up_and_told(
    product: Product, server: SellerServer, code: str
) -> None:
    an_order(product)
    server.faults.append(answers(code))
    deliver()
    assert state() == ("failed", 1)
    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient) == ("delivery_failed", "seller")
    assert notice.facts["order"] == LINE


@pytest.mark.usefixtures("interface")
def test_R9_4_after_ten_failures_it_is_given_up_and_told_once(
    product: Product, server: SellerServer
) -> None:
    an_order(product)
    server.faults.extend([breaks_down] * 12)
    for _ in range(12):
        deliver()
        make_due()
    assert state() == ("failed", 10)
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("interface")
def test_R9_4_an_instance_in_creation_is_asked_for_until_it_is_ready(
    product: Product, server: SellerServer
) -> None:
    an_order(product)
    server.steps = 2
    for _ in range(3):
        assert not Order.objects.exclude(effective_at=None).exists()
        deliver()
        make_due()
    assert Order.objects.exclude(effective_at=None).exists()
    assert server.activities == ["newInstance", "queryInstance", "queryInstance"]
    assert state() == ("succeeded", 3)
    assert "hunter2" not in str(list(DeliveryMessage.objects.get().attempts.values()))


@pytest.mark.usefixtures("interface")
def test_R9_4_an_instance_that_got_lost_in_creation_is_created_anew(
    product: Product, server: SellerServer
) -> None:
    an_order(product)
    server.steps = 1
    deliver()
    server.instances.clear()
    server.steps = 0
    for _ in range(2):
        make_due()
        deliver()
    assert server.activities == ["newInstance", "queryInstance", "newInstance"]
    assert state() == ("succeeded", 3)


@pytest.mark.usefixtures("interface")
def test_R9_4_creation_that_takes_a_day_is_given_up(product: Product, server: SellerServer) -> None:
    an_order(product)
    server.steps = 5
    deliver()
    DeliveryMessage.objects.update(processing_since=timezone.now() - timedelta(hours=24))
    make_due()
    deliver()
    assert state() == ("failed", 2)


@pytest.mark.usefixtures("interface")
def test_R9_4_pay_per_use_and_trials_are_told_at_once(
    product: Product, server: SellerServer
) -> None:
    facts = {"paid_at": None, "effective_at": None}
    record_order(new_pay_per_use_order("PPU-000001", product.number, **facts), actor=None)
    trial = {"order_type": "trial", "paid_amount": ZERO, "sales_amount": ZERO, **facts}
    record_order(new_order("TRY-000001", product.number, **trial), actor=None)
    deliver()
    assert sorted(server.instances) == ["PPU-000001", "TRY-000001"]


@committed
def test_R9_4_no_call_is_made_inside_a_transaction(
    product: Product,
    interface: DeliveryInterface,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside: list[bool] = []
    really = outgoing.call

    def watched(*args: Any, **options: Any) -> Any:
        inside.append(connection.in_atomic_block)
        return really(*args, **options)

    monkeypatch.setattr(outgoing, "call", watched)
    an_order(product)
    deliver()
    assert inside == [False]


def enabled_acts() -> int:
    acts = Act.objects.filter(object_kind="order", verb="changed")
    return sum("effective_at" in act.changes for act in acts)


def keys() -> list[str]:
    return [*DeliveryMessage.objects.order_by("pk").values_list("key", flat=True)]


def switch(product: Product, *, on: bool) -> None:
    switch_interface(product.number, on=on, actor=an_operator())


@pytest.mark.usefixtures("interface")
def test_R9_4_R1_5_what_comes_while_the_interface_is_off_is_told_once_it_is_on(
    product: Product, server: SellerServer
) -> None:
    an_order(product)
    assert deliver() == 1
    switch(product, on=False)
    an_order(product, "O-2", customer_account="another")
    an_order(product, "O-unpaid", paid_at=None)
    an_order(product, "O-enabled", effective_at=at("2024-02-06"))
    an_order(product, "O-trial", order_type="trial", paid_at=None, customer_account="curious")
    renewed = {"order_type": "renewal", "term_ends_at": at("2025-02-05")}
    an_order(product, "R-1", **renewed)
    an_order(product, "R-stranger", customer_account="a stranger", **renewed)
    assert keys() == [f"new:{LINE}"]
    switch(product, on=True)
    switch(product, on=False)
    switch(product, on=True)
    assert keys() == [f"new:{LINE}", "new:O-2", "new:O-trial", "renewal:R-1"]
    deliver()
    assert Order.objects.get(number="O-2").effective_at


def test_R9_4_R1_5_what_comes_before_the_first_test_is_told_once_it_has_passed(
    product: Product, server: SellerServer, interface: DeliveryInterface
) -> None:
    unproven = {"url": "", "proposed_url": interface.url, "is_on": False, "verified_at": None}
    DeliveryInterface.objects.update(**unproven)
    an_order(product)
    assert keys() == []
    request_test(product.number, actor=an_operator())
    deliver()
    assert keys()[1:] == [f"new:{LINE}"]


@pytest.mark.usefixtures("interface")
def test_R9_4_R4_7_what_was_refunded_in_full_meanwhile_is_not_created(product: Product) -> None:
    switch(product, on=False)
    release_refunded(an_order(product), "RF1", None)
    switch(product, on=True)
    assert keys() == []
