"""An order cancelled before it was paid is closed: listed, never billed, in nobody's way (R1.3)."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from koogallery.kit.errors import Conflict, DomainError, InvalidInput
from koogallery.models import Act
from sellers.listings.supervisions import SUPERVISIONS
from sellers.models import DeliveryMessage, Order, Product, Seller, UsageRecord
from sellers.services.orders.recording import change_order, record_order, record_orders
from sellers.services.orders.supervision import provide_service
from sellers.services.orders.usage import record_usage
from settlement.models import Bill
from settlement.readings.billing import facts_of, reasons_of, with_billing
from settlement.readings.conditions import Unbilled, outlooks
from settlement.readings.exits import exit_obstacles
from settlement.readings.transactions import Wanted, transactions
from settlement.services.previews.forecasts import in_guarantee
from settlement.services.refunds.lifecycle import request_refund
from tests import world
from tests.books import execute, refused_by
from tests.sellers.delivery.builders import make_interface, succeed
from tests.sellers.facts import new_order, new_pay_per_use_order, new_usage
from tests.world import at

pytestmark = pytest.mark.django_db

CANCELLED = at("2024-02-03")


@pytest.fixture
def seller() -> Seller:
    return world.a_seller("S-1")


@pytest.fixture
def product(seller: Seller) -> Product:
    return world.a_product(seller)


@pytest.fixture
def order(product: Product) -> Order:
    """Placed on 1 February, in effect on the 5th, not paid."""
    return record_order(new_order("O-1", product.number, paid_at=None), actor=None)[0]


def cancel(number: str = "O-1") -> Order:
    return change_order(number, {"cancelled_at": CANCELLED}, actor=None)


def test_R1_3_it_is_listed_as_cancelled_and_never_billed(order: Order, seller: Seller) -> None:
    assert cancel().cancelled_at == CANCELLED
    world.close("202402", seller)
    assert not Bill.objects.exists()
    kept = with_billing(Order.objects.all()).get()
    assert (kept.cycle, kept.due_cycle) == (None, None)
    assert reasons_of(kept, timezone.now()) == ("cancelled",)
    [outlook] = outlooks([Unbilled(facts_of(kept))], timezone.now())
    assert (outlook.never, outlook.rule) == ("It was cancelled before it was paid.", "R1.3")
    [row] = transactions(Wanted([seller.pk]), sort="order", falling=True, size=9).rows
    assert (row.kind, row.is_billed) == ("order", False)
    assert Act.objects.get(verb="changed").changes["cancelled_at"][1] is not None


def test_R1_3_an_order_reported_as_cancelled_is_known_when_it_comes_again(product: Product) -> None:
    new = new_order("O-2", product.number, paid_at=None, cancelled_at=CANCELLED)
    assert [o.result for o in record_orders([new, new], actor=None)] == ["recorded", "known"]
    assert record_orders([new], actor=None)[0].result == "known"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"paid_at": at("2024-02-02")}, ("cancelled_at", "order_is_paid", "R1.3")),
        ({"placed_at": at("2024-02-04")}, ("cancelled_at", "before_order", "R1.8")),
        ({"cancelled_at": at("2124-02-04")}, ("cancelled_at", "in_future", "R1.8")),
    ],
)
def test_R1_3_R1_8_what_is_reported_is_possible(
    product: Product, facts: dict[str, object], refusal: tuple[str, str, str]
) -> None:
    new = new_order("O-2", product.number, **{"paid_at": None, "cancelled_at": CANCELLED, **facts})
    [outcome] = record_orders([new], actor=None)
    assert [(v.field, v.code, v.rule) for v in outcome.violations] == [refusal]


def test_R1_3_a_paid_order_is_not_cancelled(order: Order) -> None:
    change_order("O-1", {"paid_at": at("2024-02-05")}, actor=None)
    with pytest.raises(Conflict) as refusal:
        cancel()
    assert (refusal.value.code, refusal.value.rule) == ("order_is_paid", "R1.3")


@pytest.mark.parametrize(
    "changes", [{"paid_at": at("2024-02-06")}, {"cancelled_at": None}, {"customer_name": "X"}]
)
def test_R1_3_nothing_is_reported_of_it_any_more(order: Order, changes: dict[str, object]) -> None:
    cancel()
    before = Order.objects.values().get()
    with pytest.raises(Conflict) as refusal:
        change_order("O-1", changes, actor=None)
    assert (refusal.value.code, refusal.value.rule) == ("order_is_cancelled", "R1.3")
    assert Order.objects.values().get() == before
    assert cancel().cancelled_at == CANCELLED  # the same again changes nothing


def test_R1_3_the_database_holds_it(order: Order) -> None:
    cancel()
    for change in ("paid_at = now()", "cycle = '202402'", "cycle = '202402', due_cycle = '202402'"):
        with refused_by("a_cancelled_order_is_neither_paid_nor_due"):
            execute(f"UPDATE sellers_order SET {change}")
    with refused_by("an_order_is_not_cancelled_before_it_was_placed"):
        execute("UPDATE sellers_order SET cancelled_at = placed_at - interval '1 second'")


def test_R1_3_it_is_in_nobodys_way(product: Product, seller: Seller) -> None:
    supervised = world.a_product(seller, supervised=True)
    open_ = {"paid_at": None, "effective_at": None, "supervision_status": "waiting_for_service"}
    record_order(new_order("O-1", supervised.number, **open_), actor=None)
    record_order(new_pay_per_use_order("O-2", product.number, paid_at=None), actor=None)
    codes = {each.code for each in exit_obstacles(seller)}
    assert codes == {"product_listed", "order_in_fulfilment", "order_running"}
    for number in ("O-1", "O-2"):
        cancel(number)
    assert {each.code for each in exit_obstacles(seller)} == {"product_listed"}
    assert in_guarantee(seller).orders == 0
    assert not SUPERVISIONS.rows.exists()
    with pytest.raises(DomainError, match="does not wait for your service"):
        provide_service("O-1", actor=world.an_operator())


def test_R1_3_its_refund_and_its_usage_are_refused(product: Product, order: Order) -> None:
    cancel()
    with pytest.raises(InvalidInput, match="has not paid"):
        request_refund("O-1", Decimal(1), "x", "contract 7", actor=world.an_operator())
    record_order(new_pay_per_use_order("O-2", product.number, paid_at=None), actor=None)
    cancel("O-2")
    [outcome] = record_usage([new_usage("U-1", "O-2")], actor=None)
    assert [v.code for v in outcome.violations] == ["order_is_cancelled"]
    assert not UsageRecord.objects.exists()


def test_R1_3_what_has_been_used_is_not_cancelled(product: Product) -> None:
    record_order(new_pay_per_use_order("O-2", product.number, paid_at=None), actor=None)
    record_usage([new_usage("U-1", "O-2")], actor=None)
    with pytest.raises(Conflict) as refusal:
        cancel("O-2")
    assert refusal.value.code == "order_has_usage"


def _never_asked(_number: str) -> None:
    pass


def _created(number: str) -> None:
    succeed(number, "i-1")


@pytest.mark.parametrize(
    ("become", "messages"),
    [
        (_never_asked, [("newInstance", "cancelled")]),
        (_created, [("newInstance", "succeeded"), ("releaseInstance", "queued")]),
    ],
)
def test_R1_3_R9_4_nothing_of_it_is_delivered(
    product: Product, become: Callable[[str], None], messages: list[tuple[str, str]]
) -> None:
    """A trial is asked for at once; a purchase that is not paid never is."""
    make_interface(product)
    facts = {"effective_at": None, "paid_at": None}
    record_order(new_order("O-1", product.number, **facts), actor=None)
    cancel("O-1")
    trial = {**facts, "order_type": "trial", "customer_account": "other"}
    record_order(new_order("O-2", product.number, **trial), actor=None)
    become(DeliveryMessage.objects.get().number)
    cancel("O-2")
    rows = DeliveryMessage.objects.order_by("pk").values_list("activity", "state")
    assert list(rows) == messages
