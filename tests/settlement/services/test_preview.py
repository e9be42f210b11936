"""The month before it is closed: what the close would do, and nothing done."""

from decimal import Decimal

import pytest
from django.apps import apps

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.models import User
from koogallery.settlement_time import current_cycle
from sellers.models import Order, Product
from settlement.models import Bill, Refund
from settlement.services.previews.preview import preview_run
from settlement.services.previews.refunds import simulate_refund
from settlement.services.refunds.lifecycle import request_refund
from tests.settlement.builders import at, close, make_order, refunded

FEBRUARY = Cycle("202602")


def every_row() -> dict[str, list[dict[str, object]]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for app in ("koogallery", "sellers", "settlement")
        for model in apps.get_app_config(app).get_models()
    }


@pytest.fixture
def february(product: Product, operator: User, second_operator: User) -> Order:
    """January billed 1000; February has sold 400; 1000 were refunded on 10 February."""
    order = make_order(product, "1000", at(1, 5))
    close(product.seller, "202601")
    make_order(product, "400", at(2, 5))
    refunded(order, "1000", at(2, 10), operator, second_operator)
    return order


def test_a_preview_is_what_the_close_then_issues(february: Order) -> None:
    before = every_row()
    (shown,) = preview_run(FEBRUARY, None).sellers
    assert every_row() == before

    bill = close(february.seller, "202602")

    assert bill is not None
    assert (shown.bill, shown.line_count) == (bill.number, bill.line_count)
    assert (shown.settlement_amount, shown.recovered, shown.net_payable) == (400, 400, 0)
    assert (bill.settlement_amount, bill.recovered, bill.net_payable) == (400, 400, 0)
    assert (shown.previous_settlement, shown.difference) == (1000, -600)


def test_a_preview_tells_who_goes_to_a_receivable(february: Order) -> None:
    close(february.seller, "202602")

    preview = preview_run(Cycle("202603"), [february.seller.number])

    assert preview.sellers[0].to_receivable == 600
    assert preview.totals["USD"].to_receivable == 600
    assert preview.totals["USD"].bills == 0


def test_a_preview_names_what_is_held_back(product: Product) -> None:
    product.seller.certified_at = None
    product.seller.save(update_fields=["certified_at"])
    make_order(product, "10", at(1, 5))

    (shown,) = preview_run(Cycle("202601"), None).sellers

    assert shown.bill is None
    assert tuple(map(str, shown.held)) == (
        "The seller is not certified; nothing is billed (R1.3).",
    )


def test_the_running_month_can_be_previewed_and_a_later_one_not(product: Product) -> None:
    assert preview_run(current_cycle(), None).sellers[0].bill is None
    with pytest.raises(Conflict, match="has not begun"):
        preview_run(current_cycle().following, None)


def test_R4_3_a_simulation_is_what_then_happens(
    product: Product, operator: User, second_operator: User
) -> None:
    order = make_order(product, "1000", at(1, 5))
    close(product.seller, "202601")
    make_order(product, "250", at(2, 5))
    make_order(product, "400", at(3, 5))
    refund = pending_refund(order, operator)
    before = every_row()

    simulation = simulate_refund(refund, refunded_at=at(2, 10))

    assert every_row() == before
    assert [(step.source, step.cycle, step.amount) for step in simulation.steps] == [
        ("bill", "202602", 250),
        ("bill", "202603", 400),
        ("receivable", None, 350),
    ]
    assert (simulation.next_payment_before, simulation.next_payment_after) == (250, 0)
    assert simulation.receivable == Decimal(350)


def test_R4_6_the_simulation_of_an_unbilled_order_shows_the_smaller_bill(
    product: Product, operator: User
) -> None:
    refund = pending_refund(make_order(product, "1000", at(1, 5)), operator)

    simulation = simulate_refund(refund)

    assert simulation.settled is False
    assert simulation.steps == ()
    assert (simulation.next_payment_before, simulation.next_payment_after) == (1000, 0)
    assert not Bill.objects.exists()


def pending_refund(order: Order, operator: User) -> Refund:
    return request_refund(order.number, Decimal(1000), "unused", "contract 7", actor=operator)


def test_R4_6_the_simulation_looks_at_the_bill_on_which_the_order_is_due(
    product: Product, operator: User
) -> None:
    close(product.seller, "202601")
    refund = pending_refund(make_order(product, "1000", at(4, 5)), operator)

    simulation = simulate_refund(refund)

    assert simulation.next_cycle == "202604"
    assert (simulation.next_payment_before, simulation.next_payment_after) == (1000, 0)
