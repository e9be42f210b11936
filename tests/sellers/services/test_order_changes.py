from decimal import Decimal
from typing import Any

import pytest

from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from koogallery.models import Act, User
from sellers.models import Order, Product, UsageRecord
from sellers.services.orders.recording import change_order, record_order
from sellers.services.orders.usage import record_usage
from tests.sellers.facts import new_order, new_pay_per_use_order, new_usage
from tests.world import a_refund, at, close

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(product: Product) -> Order:
    """Enabled on 5 February, not paid yet."""
    return record_order(new_order("O-1", product.number, paid_at=None), actor=None)[0]


def row(number: str = "O-1") -> dict[str, Any]:
    return {**Order.objects.values().get(number=number)}


def test_R1_4_payment_gives_the_order_its_cycle(order: Order, operator: User) -> None:
    changed = change_order("O-1", {"paid_at": at("2024-03-02")}, actor=operator)

    assert (changed.cycle, changed.due_cycle) == ("202403", "202403")
    order.refresh_from_db()
    assert (order.paid_at, order.cycle) == (at("2024-03-02"), "202403")
    act = Act.objects.get(verb="changed")
    assert (act.actor, act.object_number, act.seller_number) == (operator, "O-1", "S-1")
    assert act.changes == {"paid_at": [None, "2024-03-02T00:00:00+08:00"]}


def test_R1_4_payment_taken_back_leaves_no_cycle(order: Order) -> None:
    change_order("O-1", {"paid_at": at("2024-03-02")}, actor=None)
    changed = change_order("O-1", {"paid_at": None}, actor=None)
    assert (changed.cycle, changed.due_cycle) == (None, None)


def test_R1_5_an_order_paid_late_is_due_in_the_open_cycle(order: Order) -> None:
    close("202403", order.seller)
    changed = change_order("O-1", {"paid_at": at("2024-02-20")}, actor=None)
    assert (changed.cycle, changed.due_cycle) == ("202402", "202404")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customer_name", "Northwind"),
        ("customer_account", "northwind"),
        ("paid_amount", Decimal("120.000")),
        ("sales_amount", Decimal("90.000")),
        ("customer_wht", Decimal("5.000")),
        ("paid_at", at("2024-02-06")),
        ("effective_at", at("2024-02-07")),
        ("term_ends_at", at("2025-02-07")),
    ],
)
def test_what_the_trading_system_may_still_tell_is_changed(
    order: Order, field: str, value: object
) -> None:
    change_order("O-1", {field: value}, actor=None)
    after = row()
    assert after[field] == value
    assert after["modified_at"] >= order.modified_at


@pytest.mark.parametrize(
    "field", ["number", "product", "seller", "order_type", "billing_mode", "currency"]
)
def test_everything_else_is_refused_by_name(order: Order, field: str) -> None:
    before = row()
    with pytest.raises(InvalidInput) as refusal:
        change_order("O-1", {"customer_name": "x", field: "x"}, actor=None)
    assert (refusal.value.field, refusal.value.code) == (field, "unchangeable")
    assert row() == before


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"sales_amount": Decimal("110.01")}, "sales_amount", "R2.1"),
        ({"customer_wht": Decimal("100.01")}, "customer_wht", "R2.1"),
        ({"unit_price": Decimal(1)}, "unit_price", "R9.5"),
        ({"term_ends_at": at("2024-02-04")}, "term_ends_at", "R4.2"),
        ({"supervision_status": "waiting_for_service"}, "supervision_status", "R9.3"),
        ({"supervision_completed_at": at("2024-03-01")}, "supervision_completed_at", "R9.3"),
    ],
)
def test_the_whole_order_must_still_be_right(
    order: Order, changes: dict[str, Any], field: str, rule: str
) -> None:
    before = row()
    with pytest.raises(InvalidInput) as refusal:
        change_order("O-1", changes, actor=None)
    assert (refusal.value.field, refusal.value.rule) == (field, rule)
    assert row() == before


def test_R9_3_supervision_moves_to_completed_and_no_further(product: Product) -> None:
    Product.objects.update(supervised=True)
    record_order(
        new_order("O-1", product.number, supervision_status="waiting_for_service"), actor=None
    )
    change_order("O-1", {"supervision_status": "waiting_for_acceptance"}, actor=None)
    assert row()["cycle"] is None
    completed = {
        "supervision_status": "completed",
        "supervision_completed_at": at("2024-04-15"),
    }
    assert change_order("O-1", completed, actor=None).cycle == "202404"
    before = row()
    back = {"supervision_status": "waiting_for_service", "supervision_completed_at": None}
    with pytest.raises(InvalidInput) as refusal:
        change_order("O-1", back, actor=None)
    assert (refusal.value.code, refusal.value.rule) == ("illegal_move", "R9.3")
    assert row() == before


def test_a_change_that_changes_nothing_leaves_no_trace(order: Order) -> None:
    before = row()
    change_order("O-1", {"customer_name": "Fabrikam", "paid_at": None}, actor=None)
    assert row() == before
    assert not Act.objects.filter(verb="changed").exists()


def test_R3_2_a_billed_order_is_frozen(product: Product) -> None:
    record_order(new_order("O-1", product.number), actor=None)
    close("202402", product.seller)
    before = row()
    with pytest.raises(Conflict) as refusal:
        change_order("O-1", {"customer_name": "Northwind"}, actor=None)
    assert (refusal.value.code, refusal.value.rule) == ("order_is_billed", "R3.2")
    assert row() == before
    assert change_order("O-1", {"customer_name": "Fabrikam"}, actor=None).number == "O-1"


def test_R4_1_the_amount_paid_stays_above_what_was_refunded(product: Product) -> None:
    order, _ = record_order(new_order("O-1", product.number), actor=None)
    a_refund(order, "60")
    before = row()
    with pytest.raises(InvalidInput) as refusal:
        change_order("O-1", {"paid_amount": Decimal(50), "sales_amount": Decimal(50)}, actor=None)
    assert refusal.value.rule == "R4.1"
    assert row() == before


def cycles(*serials: str) -> list[tuple[str | None, str | None]]:
    found = {
        serial: (cycle, due)
        for serial, cycle, due in UsageRecord.objects.values_list(
            "metering_sn", "cycle", "due_cycle"
        )
    }
    return [found[serial] for serial in serials]


@pytest.fixture
def metered(product: Product) -> Order:
    """A pay-per-use order not paid yet, with usage of February and of April."""
    order, _ = record_order(new_pay_per_use_order("PPU", product.number, paid_at=None), actor=None)
    april = new_usage("U-2", "PPU", started_at=at("2024-04-01"), ended_at=at("2024-04-02"))
    record_usage([new_usage("U-1", "PPU"), april], actor=None)
    return order


def test_R1_4_usage_moves_with_the_payment_of_its_order(metered: Order) -> None:
    assert cycles("U-1", "U-2") == [(None, None), (None, None)]
    changed = change_order("PPU", {"paid_at": at("2024-03-10")}, actor=None)
    assert cycles("U-1", "U-2") == [("202403", "202403"), ("202404", "202404")]
    assert (changed.cycle, changed.due_cycle) == (None, None)


def test_R1_5_usage_of_a_closed_cycle_moves_to_the_open_one(metered: Order) -> None:
    close("202403", metered.seller)
    change_order("PPU", {"paid_at": at("2024-02-01")}, actor=None)
    assert cycles("U-1", "U-2") == [("202402", "202404"), ("202404", "202404")]


def test_R3_2_an_order_with_billed_usage_is_frozen(metered: Order) -> None:
    change_order("PPU", {"paid_at": at("2024-02-01")}, actor=None)
    close("202402", metered.seller)
    before = row("PPU")
    with pytest.raises(Conflict) as refusal:
        change_order("PPU", {"paid_at": at("2024-05-01")}, actor=None)
    assert refusal.value.code == "order_is_billed"
    assert row("PPU") == before
    assert cycles("U-1", "U-2") == [("202402", "202402"), ("202404", "202404")]


def test_only_operators_change_orders(order: Order) -> None:
    before = row()
    with pytest.raises(Forbidden):
        change_order("O-1", {"customer_name": "x"}, actor=User.objects.create_user("sam"))
    assert row() == before


def test_an_unknown_order_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        change_order("O-9", {"customer_name": "x"}, actor=None)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"paid_at": at("2999-01-01")}, "paid_at", "in_future"),
        ({"effective_at": at("2024-01-31")}, "effective_at", "before_order"),
        ({"placed_at": at("2024-02-06")}, "effective_at", "before_order"),
    ],
)
def test_R1_8_a_change_makes_nothing_impossible(
    order: Order, changes: dict[str, Any], field: str, code: str
) -> None:
    before = row()
    with pytest.raises(InvalidInput) as refusal:
        change_order("O-1", changes, actor=None)
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert row() == before


@pytest.mark.parametrize("effective_at", [None, at("2024-02-07T10:01")])
def test_R1_8_what_has_been_used_was_in_effect(product: Product, effective_at: Any) -> None:
    record_order(new_pay_per_use_order("PPU", product.number), actor=None)
    record_usage([new_usage("U-1", "PPU")], actor=None)
    with pytest.raises(InvalidInput) as refusal:
        change_order("PPU", {"effective_at": effective_at}, actor=None)
    assert (refusal.value.rule, refusal.value.code) == ("R1.8", "after_usage")
    change_order("PPU", {"effective_at": at("2024-02-07T10:00")}, actor=None)
