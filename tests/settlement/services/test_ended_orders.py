"""Pay-per-use runs until it has ended; until then its seller does not leave (R6.3)."""

import pytest

from koogallery.kit.errors import Conflict, InvalidInput
from sellers.models import DeliveryMessage, Order, Product, Seller
from sellers.services.orders.recording import change_order, record_order
from sellers.services.orders.usage import record_usage
from sellers.services.products.catalogue import change_product
from settlement.models import Bill
from settlement.readings.exits import exit_obstacles
from settlement.services.exits import exit_seller
from tests import world
from tests.authority import answer_for_bills
from tests.books import execute, refused_by
from tests.sellers.delivery.builders import make_interface, succeed
from tests.sellers.facts import new_pay_per_use_order, new_usage
from tests.world import at

pytestmark = pytest.mark.django_db

ENDED = at("2024-02-08")


@pytest.fixture
def seller() -> Seller:
    return world.a_seller("S-1")


@pytest.fixture
def product(seller: Seller) -> Product:
    return change_product(world.a_product(seller).number, {"listed": False}, actor=None)


@pytest.fixture
def order(product: Product) -> Order:
    """In effect on 5 February, used on the 7th, on the bill of February, which is paid."""
    order = record_order(new_pay_per_use_order("O-1", product.number), actor=None)[0]
    record_usage([new_usage("U-1", "O-1")], actor=None)
    world.close("202402", order.seller)
    answer_for_bills()
    Bill.objects.update(state="paid")
    return order


def end(**changes: object) -> Order:
    return change_order("O-1", {"ended_at": ENDED, **changes}, actor=None)


def test_R6_3_a_running_pay_per_use_order_keeps_its_seller(order: Order, seller: Seller) -> None:
    olga = world.an_operator()
    seller.refresh_from_db()
    [obstacle] = exit_obstacles(seller)
    assert (obstacle.code, obstacle.numbers) == ("order_running", ("O-1",))
    assert obstacle.detail == "1 pay-per-use order still runs: it has no ended_at: O-1."
    with pytest.raises(Conflict):
        exit_seller("S-1", actor=olga)
    assert end().ended_at == ENDED  # also after its usage was billed
    exit_seller("S-1", actor=olga)
    seller.refresh_from_db()
    assert seller.left_at is not None


def test_R3_2_of_a_billed_order_nothing_else_changes(order: Order) -> None:
    for changes in ({"customer_name": "X"}, {"paid_at": None}):
        with pytest.raises(Conflict) as refusal:
            end(**changes)
        assert refusal.value.code == "order_is_billed"
    with refused_by("billed_orders_are_frozen"):
        execute("UPDATE sellers_order SET ended_at = now(), customer_name = 'X'")
    with refused_by("billed_orders_are_frozen"):
        execute("UPDATE sellers_order SET modified_at = now()")


def test_R1_8_nothing_is_used_after_the_end(order: Order) -> None:
    end()
    [late] = record_usage(
        [new_usage("U-2", "O-1", started_at=ENDED, ended_at=at("2024-02-09"))], actor=None
    )
    assert [(v.field, v.code) for v in late.violations] == [("started_at", "after_end")]
    [in_time] = record_usage([new_usage("U-3", "O-1")], actor=None)
    assert in_time.is_recorded


@pytest.mark.parametrize(
    ("ended_at", "code"),
    [
        (at("2024-02-07T10:00"), "before_usage"),
        (at("2024-02-04"), "before_effect"),
        (at("2124-02-04"), "in_future"),
    ],
)
def test_R1_8_an_end_is_possible(order: Order, ended_at: object, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        end(ended_at=ended_at)
    assert refusal.value.code == code


def test_R6_3_only_pay_per_use_in_effect_ends(product: Product) -> None:
    world.an_order(product, "100", "2024-02-05", number="O-1")
    with pytest.raises(InvalidInput) as refusal:
        end()
    assert (refusal.value.field, refusal.value.code) == ("ended_at", "not_pay_per_use")
    with refused_by("only_pay_per_use_in_effect_ends"):
        execute("UPDATE sellers_order SET ended_at = now()")


def test_R9_4_its_instance_is_released(product: Product) -> None:
    make_interface(product)
    new = new_pay_per_use_order("O-1", product.number, effective_at=None, paid_at=None)
    record_order(new, actor=None)
    succeed(DeliveryMessage.objects.get().number, "i-1")
    effective_at = Order.objects.get().effective_at
    change_order("O-1", {"ended_at": effective_at}, actor=None)
    released = DeliveryMessage.objects.get(activity="releaseInstance")
    assert released.details == {"orderId": "O-1", "orderLineId": "O-1-000001"}
