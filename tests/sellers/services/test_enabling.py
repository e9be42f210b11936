"""Nobody who has paid waits unseen: what is waited for, and the act that goes on with it (R9.4)."""

from collections.abc import Callable

import pytest

from koogallery.kit.errors import Conflict, Forbidden, NotFound
from koogallery.models import Act
from sellers.choices import Role
from sellers.models import DeliveryInterface, DeliveryMessage, Order, Product
from sellers.services.delivery.enabling import deliver_order, why_not_enabled
from sellers.services.orders.recording import change_order, record_order
from settlement.readings.enabling import waiting_to_be_enabled
from tests import world
from tests.sellers.delivery.builders import make_failed_message, make_interface
from tests.sellers.facts import new_order
from tests.settlement.builders import make_member
from tests.world import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    return world.a_product(world.a_seller("S-1"))


def paid(product: Product, number: str = "O-1", **facts: object) -> Order:
    return record_order(
        new_order(number, product.number, **{"effective_at": None, **facts}), actor=None
    )[0]


def waiting() -> list[str]:
    return sorted(waiting_to_be_enabled().values_list("number", flat=True))


def test_R1_2_the_queue_holds_whoever_paid_and_waits(product: Product) -> None:
    paid(product, "waits")
    paid(product, "renewal", order_type="renewal")
    paid(product, "unpaid", paid_at=None)
    paid(product, "trial", order_type="trial")
    paid(product, "in-effect", effective_at=at("2024-02-05"))
    paid(product, "cancelled", paid_at=None)
    change_order("cancelled", {"cancelled_at": at("2024-02-03")}, actor=None)
    refunded = paid(product, "refunded")
    world.a_refund(refunded, "110.00", paid_out="2024-02-20")
    partly = paid(product, "partly")
    world.a_refund(partly, "10.00", paid_out="2024-02-20")
    assert waiting() == ["partly", "renewal", "waits"]


def _no_interface(_: Product) -> None:
    pass


def _untested(product: Product) -> None:
    DeliveryInterface.objects.create(
        seller=product.seller, product=product, proposed_url="https://x.example/"
    )


def _off(product: Product) -> None:
    make_interface(product)
    DeliveryInterface.objects.update(is_on=False)


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (_no_interface, "No server is asked for it; the trading system reports when"),
        (_untested, "has not passed a test call yet"),
        (_off, "is switched off"),
    ],
)
def test_R9_4_what_cannot_be_asked_for_says_why(
    product: Product, prepare: Callable[[Product], None], why: str
) -> None:
    prepare(product)
    order = paid(product)
    assert why in why_not_enabled(order)
    with pytest.raises(Conflict, match=why) as refusal:
        deliver_order("O-1", actor=world.an_operator())
    assert refusal.value.code == "nothing_to_deliver"
    assert not DeliveryMessage.objects.exists()
    assert not Act.objects.filter(verb="delivered").exists()


def test_R9_4_what_was_never_asked_for_is(product: Product) -> None:
    paid(product)
    make_interface(product)  # while nobody looked: a message is missing
    olga = world.an_operator()
    deliver_order("O-1", actor=olga)
    message = DeliveryMessage.objects.get()
    assert (message.activity, message.state) == ("newInstance", "queued")
    act = Act.objects.get(verb="delivered")
    assert (act.actor, act.object_number, act.facts) == (olga, "O-1", {"message": message.number})
    with pytest.raises(Conflict) as refusal:
        deliver_order("O-1", actor=olga)
    assert refusal.value.code == "delivery_under_way"


def test_R9_4_what_was_given_up_is_sent_again(product: Product) -> None:
    make_interface(product)
    message = make_failed_message(product, "O-1")
    assert "000101" in why_not_enabled(Order.objects.get())
    deliver_order("O-1", actor=world.an_operator())
    message.refresh_from_db()
    assert message.state == "queued"
    assert set(Act.objects.values_list("verb", flat=True)) >= {"delivered", "sent again"}


def test_R9_4_only_what_waits_is_delivered(product: Product) -> None:
    make_interface(product)
    paid(product, effective_at=at("2024-02-05"))
    with pytest.raises(Conflict) as refusal:
        deliver_order("O-1", actor=world.an_operator())
    assert refusal.value.code == "not_waiting"
    with pytest.raises(NotFound):
        deliver_order("O-9", actor=world.an_operator())


def test_R9_4_a_seller_does_not_deliver_by_this_act(product: Product) -> None:
    make_interface(product)
    paid(product)
    with pytest.raises(Forbidden):
        deliver_order("O-1", actor=make_member(product.seller, "mia", Role.OWNER))
