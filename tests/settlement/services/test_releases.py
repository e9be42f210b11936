"""The instance of an order follows its money: trial, purchase, renewal, unsubscription."""

import time
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from koogallery.kit.errors import Conflict, Forbidden
from sellers.choices import Role
from sellers.models import DeliveryInterface, DeliveryMessage, Instance, Order, Product
from sellers.services.delivery.access_keys import access_key
from sellers.services.delivery.calls import deliver_due
from sellers.services.delivery.resending import resend_message, set_instance_status
from sellers.services.orders.recording import change_order, record_order
from tests.sellers.delivery.conftest import make_due
from tests.sellers.delivery.server import SellerServer, answers, breaks_down, running_server
from tests.sellers.facts import new_order
from tests.settlement.builders import make_member
from tests.world import a_product, a_refund, a_seller, an_operator, at

pytestmark = pytest.mark.django_db

BOUGHT, RENEWED = "CS1-000001", "CS2-000001"


@pytest.fixture
def server(settings: Settings) -> Any:
    settings.OUTGOING_PRIVATE_TARGETS = True
    with running_server() as started:
        yield started


@pytest.fixture
def product(server: SellerServer) -> Product:
    """SaaS with a verified interface."""
    product = a_product(a_seller("S-1"))
    server.keys.add(access_key("S-1", 1))
    DeliveryInterface.objects.create(
        seller=product.seller,
        product=product,
        url=server.url,
        is_on=True,
        verified_at=timezone.now(),
    )
    return product


def bought(product: Product, number: str = BOUGHT, **facts: Any) -> Order:
    known = {"effective_at": None, "term_ends_at": at("2099-02-01"), **facts}
    return record_order(new_order(number, product.number, **known), actor=None)[0]


def renewed(product: Product, ends_at: datetime) -> Order:
    return bought(product, RENEWED, order_type="renewal", term_ends_at=ends_at)


def deliver() -> int:
    make_due()
    return deliver_due(time.monotonic() + 30)


def refunded(order: Order, amount: str) -> str:
    order.refresh_from_db()
    return a_refund(order, amount, paid_out=f"{timezone.now():%Y-%m-%dT%H:%M}").number


def told(server: SellerServer) -> list[str]:
    return [body.get("scene") or body.get("status") or body["activity"] for body in server.seen]


def test_R4_7_a_full_refund_releases_the_instance(product: Product, server: SellerServer) -> None:
    order = bought(product)
    deliver()
    number = refunded(order, "110.00")
    deliver()
    assert server.seen[-1] == {
        "activity": "releaseInstance",
        "orderId": number,
        "orderLineId": f"{number}-000001",
        "instanceId": server.instances[BOUGHT],
        "testFlag": "0",
    }
    instance = Instance.objects.get()
    assert (instance.state, instance.released_at is None) == ("released", False)


def test_R4_7_refunds_in_part_release_it_once_nothing_is_kept(
    product: Product, server: SellerServer
) -> None:
    order = bought(product)
    deliver()
    refunded(order, "60.00")
    assert deliver() == 0
    refunded(order, "50.00")
    assert deliver() == 1
    assert server.activities == ["newInstance", "releaseInstance"]


def test_R4_7_what_was_never_created_needs_no_release(
    product: Product, server: SellerServer
) -> None:
    order = bought(product)
    server.faults.append(answers("000100"))
    deliver()
    refunded(order, "110.00")
    assert deliver() == 0
    message = DeliveryMessage.objects.get()
    assert (message.state, message.result) == ("cancelled", "The order was given up before.")
    assert Instance.objects.get().state == "released"


def test_R4_7_what_may_have_been_created_is_released_when_it_is_known(
    product: Product, server: SellerServer
) -> None:
    order = bought(product)
    server.faults.append(breaks_down)
    deliver()
    refunded(order, "110.00")
    assert (deliver(), server.created, len(server.released)) == (2, 1, 1)


def test_R4_7_an_instance_that_is_gone_already_counts_as_released(
    product: Product, server: SellerServer
) -> None:
    order = bought(product)
    deliver()
    refunded(order, "110.00")
    server.instances.clear()
    deliver()
    assert Instance.objects.get().state == "released"


def test_R9_4_a_renewal_extends_the_instance_and_is_in_effect_when_its_term_begins(
    product: Product, server: SellerServer
) -> None:
    bought(product)
    deliver()
    renewal = renewed(product, at("2100-02-01"))
    deliver()
    assert server.seen[-1] == {
        "activity": "refreshInstance",
        "scene": "RENEWAL",
        "orderId": "CS2",
        "orderLineId": RENEWED,
        "expireTime": "21000131160000",
        "instanceId": server.instances[BOUGHT],
        "productId": product.number,
        "testFlag": "0",
    }
    renewal.refresh_from_db()
    assert renewal.effective_at is None
    change_order(RENEWED, {"effective_at": at("2099-02-01")}, actor=None)
    assert deliver() == 0


def test_R4_7_an_unsubscribed_renewal_gives_up_its_own_term_alone(
    product: Product, server: SellerServer
) -> None:
    bought(product)
    renewal = renewed(product, at("2100-02-01"))
    assert deliver() == 2
    refunded(renewal, "110.00")
    deliver()
    assert told(server) == ["newInstance", "RENEWAL", "UNSUBSCRIBE_RENEWAL_PERIOD"]
    assert server.ends == {server.instances[BOUGHT]: "20990131160000"}
    assert Instance.objects.get().state == "running"


def test_R9_4_a_trial_that_is_bought_goes_on_as_the_same_instance(
    product: Product, server: SellerServer
) -> None:
    trial = {"order_type": "trial", "paid_amount": Decimal(0), "sales_amount": Decimal(0)}
    bought(product, "TRY-000001", **trial)
    deliver()
    order = bought(product)
    deliver()
    assert told(server) == ["newInstance", "TRIAL_TO_FORMAL"]
    order = Order.objects.exclude(effective_at=None).get(pk=order.pk)
    assert Instance.objects.get().order == order
    refunded(order, "110.00")
    deliver()
    assert server.activities[-1] == "releaseInstance"


def test_R9_4_the_messages_of_an_instance_are_told_in_their_order(
    product: Product, server: SellerServer
) -> None:
    order = bought(product)
    renewed(product, at("2100-02-01"))
    server.faults.append(answers("000005"))
    assert deliver() == 1
    DeliveryMessage.objects.filter(order=order).update(
        next_attempt_at=timezone.now() + timedelta(minutes=30)
    )
    assert deliver_due(time.monotonic() + 30) == 0
    assert deliver() == 2
    assert told(server) == ["newInstance", "newInstance", "RENEWAL"]


def test_R9_4_an_operator_freezes_and_unfreezes(product: Product, server: SellerServer) -> None:
    olga = an_operator()
    bought(product)
    with pytest.raises(Conflict, match="being created"):
        set_instance_status(BOUGHT, "FREEZE", actor=olga)
    deliver()
    set_instance_status(BOUGHT, "FREEZE", actor=olga)
    with pytest.raises(Conflict, match="not been told"):
        set_instance_status(BOUGHT, "FREEZE", actor=olga)
    deliver()
    assert Instance.objects.get().state == "frozen"
    with pytest.raises(Conflict, match="frozen"):
        set_instance_status(BOUGHT, "FREEZE", actor=olga)
    set_instance_status(BOUGHT, "UNFREEZE", actor=olga)
    deliver()
    set_instance_status(BOUGHT, "FREEZE", actor=olga)
    deliver()
    assert told(server)[1:] == ["FREEZE", "UNFREEZE", "FREEZE"]
    with pytest.raises(Forbidden):
        set_instance_status(BOUGHT, "UNFREEZE", actor=make_member(product.seller, "mia"))


def test_R9_4_a_failed_message_is_sent_again_by_whoever_looks_after_delivery(
    product: Product, server: SellerServer
) -> None:
    bought(product)
    server.faults.append(answers("000101"))
    deliver()
    message = DeliveryMessage.objects.get()
    for role in (Role.FINANCE, Role.VIEWER):
        with pytest.raises(Forbidden):
            resend_message(message.number, actor=make_member(product.seller, role, role))
    member = make_member(product.seller, "otto", Role.OPERATIONS)
    resend_message(message.number, actor=member)
    assert deliver_due(time.monotonic() + 30) == 1
    assert Order.objects.exclude(effective_at=None).exists()
    with pytest.raises(Conflict, match="succeeded"):
        resend_message(message.number, actor=member)
