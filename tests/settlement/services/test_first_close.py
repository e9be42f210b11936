"""A seller's first close begins with what is due; order, forecast, bill and run agree (R1.6)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from sellers.models import Seller
from settlement.models import Bill, BillLine
from settlement.services.closing.cycles import close_cycle, close_through
from settlement.services.closing.runs import request_run, work_on_run
from settlement.services.previews.forecasts import forecasts_of
from settlement.services.previews.preview import preview_run
from tests.books import refused_by
from tests.world import a_pay_per_use_order, a_product, a_seller, an_order, close, some_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    """Registered now, with orders of January and March 2024."""
    seller = a_seller()
    product = a_product(seller, fee="0")
    an_order(product, "10.00", "2024-01-10", number="January")
    an_order(product, "20.00", "2024-03-10", number="March")
    return seller


def test_R1_6_the_first_close_begins_with_what_is_due(seller: Seller) -> None:
    due = {order.number: order.due_cycle for order in seller.orders.all()}

    close("202404", seller)

    lines = BillLine.objects.order_by("bill__cycle")
    assert list(lines.values_list("order__number", "bill__cycle", "catch_up")) == [
        ("January", "202401", False),
        ("March", "202403", False),
    ]
    assert dict(lines.values_list("order__number", "bill__cycle")) == due
    assert Seller.objects.get().open_cycle == "202405"


def test_R1_6_it_begins_with_usage_as_with_orders(seller: Seller) -> None:
    some_usage(a_pay_per_use_order(seller.products.get()), "5.00", "2023-12-03")

    close("202401", seller)

    assert list(Bill.objects.order_by("cycle").values_list("cycle", flat=True)) == [
        "202312",
        "202401",
    ]


def test_R1_6_with_nothing_due_it_begins_with_the_cycle_named() -> None:
    seller = a_seller()

    close("202404", seller)

    assert Seller.objects.get(pk=seller.pk).open_cycle == "202405"


def test_R1_6_what_is_due_later_hinders_no_earlier_close(seller: Seller) -> None:
    close("202312", seller)

    assert Seller.objects.get().open_cycle == "202401"
    assert not Bill.objects.exists()


def test_R1_6_a_later_cycle_named_is_refused_as_a_gap(seller: Seller) -> None:
    for ask in (request_run, preview_run):
        arguments = {"actor": None} if ask is request_run else {}
        with pytest.raises(Conflict, match="has cycle January 2024 still open") as refusal:
            ask(Cycle("202402"), [seller.number], **arguments)
        assert (refusal.value.code, refusal.value.rule) == ("earlier_cycle_open", "R1.6")


def test_R1_6_a_run_for_everyone_closes_them_all_in_order(seller: Seller) -> None:
    run = request_run(Cycle("202403"), None, actor=None)
    work_on_run(run.number)

    assert [(bill.cycle, bill.sales_amount) for bill in Bill.objects.order_by("cycle")] == [
        ("202401", 10),
        ("202403", 20),
    ]


def test_R1_6_the_forecast_says_the_same(seller: Seller) -> None:
    [forecast] = forecasts_of([seller])

    [first, second] = forecast.bills
    assert first.preview is not None and second.preview is not None
    assert (first.cycle, first.preview.sales_amount) == ("202401", 10)
    assert (second.cycle, second.preview.bill) == ("202402", None)


def test_R1_6_months_with_nothing_are_closed_with_the_next_that_has_something(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_order(seller.products.get(), "1.00", "1971-05-03", number="old")
    closed: list[str] = []

    def noted(ids: Sequence[int], cycle: Cycle, **rest: Any) -> Counter[int]:
        closed.append(cycle)
        return close_cycle(ids, cycle, **rest)

    monkeypatch.setattr("settlement.services.closing.cycles.close_cycle", noted)

    close_through([seller.pk], Cycle("202405"))

    assert closed == ["197105", "202401", "202403", "202405"]


def test_R1_6_what_waits_for_certification_is_due_in_the_open_cycle_at_once(
    seller: Seller,
) -> None:
    Seller.objects.update(certified_at=None)

    close("202404", seller)

    assert set(seller.orders.values_list("due_cycle", flat=True)) == {"202405"}


def test_R1_6_the_database_refuses_a_close_past_what_is_due(seller: Seller) -> None:
    with refused_by("a_close_leaves_nothing_due_behind"):
        close_cycle([seller.pk], Cycle("202402"))
    close("202401", seller)
    with refused_by("a_close_leaves_nothing_due_behind"):
        close_cycle([seller.pk], Cycle("202404"))
