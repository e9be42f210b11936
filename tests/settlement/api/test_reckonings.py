"""'Why this amount?' for programs: in parts, each with its rule."""

from decimal import Decimal
from typing import Any

import pytest

from settlement.models import BillLine
from tests import world
from tests.callers import Caller, operator_caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> Caller:
    return operator_caller(world.an_operator())


def explained(api: Caller, line: BillLine) -> dict[str, Any]:
    path = f"/bills/{line.bill.number}/lines/{line.line_no}"
    answer = api.get(f"{path}/explanation/")
    assert answer.status == 200
    told: dict[str, Any] = answer.body
    assert told["text"] == api.get(f"{path}/").body["explanation"]
    return told


def test_R2_1_R2_6_R1_4_a_line_names_formula_version_and_the_deciding_condition(
    api: Caller,
) -> None:
    product = world.a_product(world.a_seller(), fee="0.15", delivery="license", supervised=True)
    order = world.an_order(
        product,
        "850.00",
        "2023-12-20",
        wht="50.00",
        paid="2023-12-21",
        supervision="completed",
        completed="2024-01-04",
    )
    world.close("202401", product.seller)
    told = explained(api, BillLine.objects.get(order=order))
    assert (told["rule"], told["settlement"]) == ("R2.1", "680.00")
    names = ("sales_amount", "customer_wht", "platform_fee_ratio")
    values = {name: Decimal(told[name]) for name in names}
    assert eval(told["formula"], {}, values) == Decimal(told["settlement"])
    assert (told["ratio"]["version"], told["ratio"]["ratio"], told["ratio"]["rule"]) == (
        1,
        "0.15",
        "R2.6",
    )
    assert told["cycle"]["cycle"] == "202401"
    assert [each["condition"] for each in told["cycle"]["conditions"] if each["decides"]] == [
        "supervision_completed"
    ]
    assert told["reduction"] is None


def test_R4_6_a_reduced_line_tells_what_was_ordered(api: Caller) -> None:
    product = world.a_product(world.a_seller())
    order = world.an_order(product, "100.00", "2024-01-05")
    world.a_refund(order, "25.00", paid_out="2024-01-10")
    world.close("202401", product.seller)
    told = explained(api, BillLine.objects.get(order=order))
    reduced = told["reduction"]
    assert (reduced["rule"], reduced["refunded"], told["sales_amount"]) == (
        "R4.6",
        "25.00",
        "75.00",
    )
    values = {
        "ordered": Decimal(reduced["ordered_sales_amount"]),
        "paid_amount": Decimal(reduced["paid_amount"]),
        "refunded": Decimal(reduced["refunded"]),
    }
    assert eval(reduced["formula"], {}, values) == 75


def test_R3_2_an_adjustment_names_the_bill_it_corrects(api: Caller) -> None:
    product = world.a_product(world.a_seller())
    world.an_order(product, "100.00", "2024-01-05")
    world.close("202401", product.seller)
    first = world.the_bill(product.seller, "202401")
    adjustment = world.an_adjustment(first, "-3.00")
    world.close("202402", product.seller)
    told = explained(api, BillLine.objects.get(adjustment=adjustment))
    assert (told["rule"], told["amount"], told["corrected_bill"]) == (
        "R3.2",
        "-3.00",
        first.number,
    )
    assert (told["ratio"], told["cycle"]) == (None, None)
