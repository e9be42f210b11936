"""Why a bill pays another amount than the one before it: to the cent, cause by cause (R2.5)."""

from decimal import Decimal

import pytest

from settlement.readings.bill_changes import PRODUCTS_NAMED, Comparison, comparison_of
from tests.world import (
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_adjustment,
    an_order,
    close,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db


def told(comparison: Comparison | None) -> list[tuple[str, str, Decimal]]:
    assert comparison is not None
    assert sum(each.amount for each in comparison.changes) == comparison.difference
    return [
        (each.cause.value, each.product.number if each.product else "", each.amount)
        for each in comparison.changes
    ]


def test_R2_5_each_cause_counts_as_it_does_on_the_bill() -> None:
    seller = a_seller(withholding_tax="0.1", digital_service_tax="0.02")
    steady, new, gone = (a_product(seller, fee=fee) for fee in ("0.2", "0.1", "0"))
    an_order(gone, "30", "2024-01-03")
    first = an_order(steady, "100", "2024-01-04", wht="10")
    close("202401", seller)
    assert comparison_of(the_bill(seller, "202401")) is None
    an_order(steady, "100", "2024-02-04")
    an_order(new, "500", "2024-02-05")
    a_refund(first, "50", paid_out="2024-02-10")
    an_adjustment(the_bill(seller, "202401"), "7")
    close("202402", seller)
    assert told(comparison_of(the_bill(seller, "202402"))) == [
        ("sales", new.number, Decimal("500.00")),
        ("platform_fee", "", Decimal("-52.00")),
        ("recovered", "", Decimal("-50.00")),
        ("withholding_tax", "", Decimal("-42.80")),
        ("sales", gone.number, Decimal("-30.00")),
        ("customer_wht", "", Decimal("10.00")),
        ("digital_service_tax", "", Decimal("-9.40")),
        ("adjustments", "", Decimal("7.00")),
    ]


def test_R3_5_a_negative_amount_is_a_cause() -> None:
    seller = a_seller()
    order = an_order(a_product(seller, fee="0"), "10", "2024-01-04")
    close("202401", seller)
    an_adjustment(the_bill(seller, "202401"), "-25")
    close("202402", seller)
    assert told(comparison_of(the_bill(seller, "202402"))) == [
        ("adjustments", "", Decimal("-25.00")),
        ("negative_balance", "", Decimal("25.00")),
        ("sales", order.product.number, Decimal("-10.00")),
    ]


def test_R2_4_what_rounding_leaves_is_among_the_other_products() -> None:
    """Each a third of a cent, which no product shows, and together two cents."""
    seller = a_seller()
    products = [a_product(seller, fee="0") for _ in range(PRODUCTS_NAMED + 1)]
    an_order(products[0], "1", "2024-01-04")
    close("202401", seller)
    an_order(products[0], "1", "2024-02-04")
    for product in products:
        some_usage(a_pay_per_use_order(product), "0.003333333333", "2024-02-05")
    close("202402", seller)
    assert told(comparison_of(the_bill(seller, "202402"))) == [("sales", "", Decimal("0.02"))]
    assert the_bill(seller, "202402").net_payable == Decimal("1.02")
