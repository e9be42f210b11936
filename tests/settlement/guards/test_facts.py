"""What the database refuses about orders and usage, whoever asks (R1, R2.6, R3.2)."""

from copy import deepcopy

import pytest

from sellers.models import Order, Seller, UsageRecord
from tests.books import execute, refused_by
from tests.standing import standing
from tests.world import (
    a_pay_per_use_order,
    a_product,
    a_seller,
    an_order,
    close,
    some_usage,
)

pytestmark = pytest.mark.django_db


@standing
def standing_seller() -> Seller:
    """January is closed, with an order and a usage record on its bill; February has one of each."""
    seller = a_seller()
    product = a_product(seller)
    metered = a_pay_per_use_order(product, number="metered")
    for cycle in ("01", "02"):
        an_order(product, "100.00", f"2024-{cycle}-10", number=f"order {cycle}")
        some_usage(metered, "0.5", f"2024-{cycle}-11", sn=f"usage {cycle}")
    close("202401", seller)
    return seller


@pytest.fixture
def seller(standing_seller: Seller) -> Seller:
    return deepcopy(standing_seller)


INSERT_ORDER = """
INSERT INTO sellers_order SELECT (jsonb_populate_record(o, %(changes)s::jsonb)).*
FROM sellers_order o WHERE number = 'order 02'
"""
INSERT_USAGE = """
INSERT INTO sellers_usagerecord SELECT (jsonb_populate_record(u, %(changes)s::jsonb)).*
FROM sellers_usagerecord u WHERE metering_sn = 'usage 02'
"""


def test_R1_5_no_fact_arrives_in_a_closed_cycle(seller: Seller) -> None:
    late = '"cycle": "202401", "due_cycle": "202401"'
    with refused_by("facts_land_in_an_open_cycle"):
        execute(INSERT_ORDER, changes=f'{{"id": -1, "number": "late", {late}}}')
    with refused_by("facts_land_in_an_open_cycle"):
        execute(INSERT_USAGE, changes=f'{{"id": -1, "metering_sn": "late", {late}}}')


@pytest.mark.parametrize("change", ["delivery_method = 'image'", "supervised = NOT supervised"])
def test_R4_2_R9_3_a_product_with_orders_keeps_its_kind(seller: Seller, change: str) -> None:
    with refused_by("a_product_with_orders_keeps_its_kind"):
        execute(f"UPDATE sellers_product SET {change}")
    another = a_product(seller).number
    execute(f"UPDATE sellers_product SET {change} WHERE number = %(another)s", another=another)
    execute("UPDATE sellers_product SET name = 'x', delivery_method = delivery_method")


def test_R9_5_a_seller_uses_a_serial_once(seller: Seller) -> None:
    with refused_by("a_seller_uses_a_serial_once"):
        execute(INSERT_USAGE, changes='{"id": -1}')


def test_R9_5_rated_usage_costs_price_times_quantity(seller: Seller) -> None:
    with refused_by("rated_usage_costs_price_times_quantity"):
        execute("UPDATE sellers_usagerecord SET unit_price = 0.4 WHERE metering_sn = 'usage 02'")
    execute("UPDATE sellers_usagerecord SET unit_price = 0.5 WHERE metering_sn = 'usage 02'")


def test_R9_5_rated_usage_has_its_orders_price(seller: Seller) -> None:
    with refused_by("rated_usage_has_its_orders_price"):
        execute(INSERT_USAGE, changes='{"id": -1, "metering_sn": "x", "unit_price": 0.5}')
    execute(INSERT_USAGE, changes='{"id": -1, "metering_sn": "x", "unit_price": null}')


@pytest.mark.parametrize("table", ["sellers_order", "sellers_usagerecord"])
def test_R1_5_no_fact_moves_back_into_a_closed_cycle(seller: Seller, table: str) -> None:
    with refused_by("facts_land_in_an_open_cycle"):
        execute(
            f"UPDATE {table} SET cycle = '202401', due_cycle = '202401' WHERE due_cycle = '202402'"
        )


@pytest.mark.parametrize("cycle", ["'202401'", "NULL"])
def test_R1_6_a_closed_cycle_stays_closed(seller: Seller, cycle: str) -> None:
    with refused_by("the_open_cycle_moves_forward"):
        execute(f"UPDATE sellers_seller SET open_cycle = {cycle}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sellers_order SET sales_amount = 1 WHERE number = 'order 01'",
        "UPDATE sellers_order SET due_cycle = '202402' WHERE number = 'order 01'",
        "DELETE FROM sellers_order WHERE number = 'order 01'",
        "UPDATE sellers_order SET paid_at = NULL WHERE number = 'metered'",
    ],
)
def test_R3_2_a_billed_order_is_frozen(seller: Seller, statement: str) -> None:
    with refused_by("billed_orders_are_frozen"):
        execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sellers_usagerecord SET sales_amount = 1 WHERE metering_sn = 'usage 01'",
        "DELETE FROM sellers_usagerecord WHERE metering_sn = 'usage 01'",
    ],
)
def test_R3_2_billed_usage_is_frozen(seller: Seller, statement: str) -> None:
    with refused_by("billed_usage_is_frozen"):
        execute(statement)


def test_R1_5_what_is_not_billed_yet_may_change(seller: Seller) -> None:
    execute("UPDATE sellers_order SET sales_amount = 1 WHERE number = 'order 02'")
    execute("UPDATE sellers_usagerecord SET sales_amount = 1 WHERE metering_sn = 'usage 02'")
    assert Order.objects.get(number="order 02").sales_amount == 1
    assert UsageRecord.objects.get(metering_sn="usage 02").sales_amount == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE sellers_feeratio SET version = 9", "DELETE FROM sellers_feeratio"]
)
def test_R2_6_a_fee_ratio_once_given_stays(seller: Seller, statement: str) -> None:
    with refused_by("insert_only"):
        execute(statement)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("an_order_is_of_its_products_seller", '"seller_id": -1'),
        ("what_is_due_has_a_cycle", '"cycle": null'),
        ("an_order_is_not_due_before_its_cycle", '"cycle": "202403"'),
        ("a_trial_is_free", '"order_type": "trial"'),
        (
            "trials_and_pay_per_use_orders_are_never_due",
            '"order_type": "trial", "paid_amount": 0, "sales_amount": 0',
        ),
        (
            "a_pay_per_use_order_carries_no_amount",
            '"billing_mode": "pay_per_use", "due_cycle": null',
        ),
        ("wht_within_sales_within_paid", '"sales_amount": 100.01'),
        ("wht_within_sales_within_paid", '"customer_wht": 100.01'),
        ("wht_within_sales_within_paid", '"customer_wht": -0.01'),
        ("order_fee_ratio_is_a_share", '"platform_fee_ratio": 1.000001'),
        ("completed_supervision_has_its_instant", '"supervision_status": "completed"'),
    ],
)
def test_an_order_that_is_wrong_in_itself_is_refused(
    seller: Seller, constraint: str, changes: str
) -> None:
    with refused_by(constraint):
        execute(INSERT_ORDER, changes=f'{{"id": -1, "number": "wrong", {changes}}}')


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("usage_is_of_its_orders_seller", '"seller_id": -1'),
        ("usage_quantity_is_positive", '"quantity": 0'),
        ("usage_wht_within_sales", '"customer_wht": 0.51'),
        ("usage_is_not_due_before_its_cycle", '"cycle": "202403"'),
        ("usage_starts_before_it_ends", '"ended_at": "2024-02-10T00:00:00Z"'),
    ],
)
def test_usage_that_is_wrong_in_itself_is_refused(
    seller: Seller, constraint: str, changes: str
) -> None:
    with refused_by(constraint):
        execute(INSERT_USAGE, changes=f'{{"id": -1, "metering_sn": "wrong", {changes}}}')
