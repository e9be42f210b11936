from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sellers.rules.usage import UsageFacts, rate, usage_violations

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
EFFECT = datetime(2026, 1, 31, 15, tzinfo=UTC)
RECORD = UsageFacts(
    metering_sn="m-1",
    billing_mode="pay_per_use",
    started_at=datetime(2026, 1, 31, 15, tzinfo=UTC),
    ended_at=datetime(2026, 1, 31, 16, tzinfo=UTC),
    quantity=Decimal("0.000000000001"),
    sales_amount=Decimal("28.3475"),
    customer_wht=Decimal("28.3475"),
    effective_at=EFFECT,
)
RATED = replace(
    RECORD,
    sales_amount=None,
    unit_price=Decimal("0.5"),
    quantity=Decimal(3),
    customer_wht=Decimal("1.5"),
)
quantities = st.decimals(0, 10**7, places=12)


@pytest.mark.parametrize(
    "record",
    [
        RECORD,
        RATED,
        replace(RECORD, metering_sn="x" * 64),
        replace(RECORD, sales_amount=Decimal(0), customer_wht=Decimal(0)),
    ],
)
def test_a_record_in_order_breaks_no_rule(record: UsageFacts) -> None:
    assert usage_violations(record, NOW) == []


@pytest.mark.parametrize(
    ("changed", "violation"),
    [
        ({"metering_sn": ""}, ("R9.5", "metering_sn", "invalid")),
        ({"metering_sn": "  "}, ("R9.5", "metering_sn", "invalid")),
        ({"metering_sn": "x" * 65}, ("R9.5", "metering_sn", "invalid")),
        ({"metering_sn": "m\x00"}, ("R9.5", "metering_sn", "invalid")),
        ({"billing_mode": "one_time"}, ("R9.5", "order", "not_pay_per_use")),
        ({"ended_at": RECORD.started_at}, ("R9.5", "ended_at", "not_later")),
        (
            {"ended_at": datetime(9999, 1, 1, tzinfo=UTC)},
            ("R1.1", "ended_at", "out_of_range"),
        ),
        ({"ended_at": NOW + timedelta(minutes=6)}, ("R1.8", "ended_at", "in_future")),
        ({"effective_at": None}, ("R1.8", "order", "not_effective")),
        (
            {"effective_at": EFFECT + timedelta(seconds=1)},
            ("R1.8", "started_at", "before_effect"),
        ),
        ({"quantity": Decimal(0)}, ("R9.5", "quantity", "not_positive")),
        ({"quantity": Decimal(-1)}, ("R9.5", "quantity", "negative")),
        ({"quantity": Decimal("1E-13")}, ("R9.5", "quantity", "too_precise")),
        ({"quantity": Decimal("NaN")}, ("R9.5", "quantity", "not_a_number")),
        ({"sales_amount": Decimal("-0.01")}, ("R2.1", "sales_amount", "negative")),
        (
            {"sales_amount": Decimal("40.0000000000001")},
            ("R2.1", "sales_amount", "too_precise"),
        ),
        ({"customer_wht": Decimal("-0.01")}, ("R2.1", "customer_wht", "negative")),
        (
            {"customer_wht": Decimal("28.3476")},
            ("R2.1", "customer_wht", "exceeds_sales_amount"),
        ),
        ({"sales_amount": None}, ("R9.5", "sales_amount", "no_price")),
    ],
)
def test_R9_5_a_bad_record_is_named(
    changed: dict[str, Any], violation: tuple[str, str, str]
) -> None:
    wrong = usage_violations(replace(RECORD, **changed), NOW)
    assert [(each.rule, each.field, each.code) for each in wrong] == [violation]


@pytest.mark.parametrize(
    ("changed", "violation"),
    [
        (
            {"quantity": Decimal("1E+15"), "unit_price": Decimal(2)},
            ("sales_amount", "too_large"),
        ),
        ({"customer_wht": Decimal("1.51")}, ("customer_wht", "exceeds_sales_amount")),
    ],
)
def test_a_rated_amount_keeps_the_same_bounds(
    changed: dict[str, Any], violation: tuple[str, str]
) -> None:
    wrong = usage_violations(replace(RATED, **changed), NOW)
    assert [(each.field, each.code) for each in wrong] == [violation]


def test_an_unreadable_quantity_is_not_rated() -> None:
    record = replace(RATED, quantity=Decimal("NaN"), customer_wht=Decimal(0))
    assert [each.code for each in usage_violations(record, NOW)] == ["not_a_number"]


@pytest.mark.parametrize(
    ("quantity", "unit_price", "sales_amount"),
    [
        ("3", "0.5", "1.5"),
        ("0.0001", "0.00000001", "0.000000000001"),
        ("0.5", "0.000000000001", "0.000000000001"),
        ("0.499999999999", "0.000000000001", "0"),
        (
            "123456789.123456789123",
            "987654321.987654321",
            "121932631356500531.468684650717",
        ),
    ],
)
def test_R2_4_usage_is_rated_to_twelve_decimals_half_up(
    quantity: str, unit_price: str, sales_amount: str
) -> None:
    assert rate(Decimal(quantity), Decimal(unit_price)) == Decimal(sales_amount)


@given(quantities, quantities)
def test_R2_4_rating_never_moves_by_more_than_half_a_last_decimal(
    quantity: Decimal, unit_price: Decimal
) -> None:
    exact = int(quantity.scaleb(12)) * int(unit_price.scaleb(12))
    rated = int(rate(quantity, unit_price).scaleb(12)) * 10**12
    assert -(10**12) <= 2 * (exact - rated) < 10**12  # a tie goes up
