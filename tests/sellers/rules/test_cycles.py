from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koogallery.kit.cycles import Cycle
from sellers.rules.cycles import due_cycle, order_cycle, transaction_cycle, usage_cycle
from sellers.rules.orders import OrderFacts

SHANGHAI = ZoneInfo("Asia/Shanghai")
INSTANTS = st.datetimes(
    datetime(2020, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)
)  # fmt: skip
CYCLES = st.integers(0, 60).map(lambda months: Cycle("202401").plus(months))


def at(text: str) -> datetime:
    """An instant written as the clock in Shanghai shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


ORDER = OrderFacts(
    order_type="purchase",
    billing_mode="yearly_monthly",
    currency="USD",
    seller_currency="USD",
    paid_amount=Decimal(100),
    sales_amount=Decimal(100),
    customer_wht=Decimal(0),
    placed_at=at("2026-01-05"),
    paid_at=at("2026-01-05"),
    effective_at=at("2026-01-05"),
    supervision_status="not_applicable",
    supervision_completed_at=None,
)


@pytest.mark.parametrize(
    ("label", "effective", "paid", "completed", "cycle"),
    [
        ("licence paid 3 Oct 2022, supervision completed 15 Nov 2022",
         "2022-10-03", "2022-10-03", "2022-11-15", "202211"),
        ("renewal ordered 31 Jan, effective 1 Feb 00:00",
         "2026-02-01T00:00", "2026-01-31", None, "202602"),
        ("a credit repaid in March for an order enabled in January",
         "2026-01-05", "2026-03-02", None, "202603"),
        ("enabled last", "2026-05-01", "2026-01-05", "2026-02-01", "202605"),
        ("the last instant of a month", "2026-01-31T23:59:59", "2026-01-05", None, "202601"),
    ],
)  # fmt: skip
def test_R1_4_the_cycle_is_the_month_of_the_latest(
    label: str, effective: str, paid: str, completed: str | None, cycle: str
) -> None:
    status = "completed" if completed else "not_applicable"
    completed_at = at(completed) if completed else None
    assert transaction_cycle(at(effective), at(paid), status, completed_at, SHANGHAI) == cycle


@pytest.mark.parametrize(
    "open_condition",
    [
        replace(ORDER, effective_at=None),
        replace(ORDER, paid_at=None),
        replace(ORDER, supervision_status="waiting_for_service"),
        replace(ORDER, supervision_status="waiting_for_acceptance"),
    ],
)
def test_R1_3_an_open_condition_leaves_no_cycle(open_condition: OrderFacts) -> None:
    assert order_cycle(ORDER, SHANGHAI) == "202601"
    assert order_cycle(open_condition, SHANGHAI) is None


def test_R1_3_a_trial_is_never_billed() -> None:
    assert order_cycle(replace(ORDER, order_type="trial"), SHANGHAI) is None
    trial = replace(ORDER, order_type="trial", billing_mode="pay_per_use")
    assert usage_cycle(trial, at("2026-02-03"), SHANGHAI) is None


def test_R4_8_a_pay_per_use_order_is_settled_by_its_usage() -> None:
    order = replace(ORDER, billing_mode="pay_per_use")
    assert order_cycle(order, SHANGHAI) is None
    assert usage_cycle(order, at("2026-02-03"), SHANGHAI) == "202602"


def test_R1_2_usage_takes_effect_when_consumption_starts() -> None:
    started_before_midnight = at("2026-01-31T23:30")
    order = replace(ORDER, billing_mode="pay_per_use")
    assert usage_cycle(order, started_before_midnight, SHANGHAI) == "202601"


@pytest.mark.parametrize(
    ("order", "cycle"),
    [
        (replace(ORDER, paid_at=None), None),
        (replace(ORDER, paid_at=at("2026-04-01")), "202604"),
        (replace(ORDER, supervision_status="waiting_for_service"), None),
        (replace(ORDER, effective_at=None), "202602"),
    ],
)
def test_R1_4_usage_waits_for_its_orders_payment_and_supervision(
    order: OrderFacts, cycle: str | None
) -> None:
    assert usage_cycle(order, at("2026-02-03"), SHANGHAI) == cycle


@pytest.mark.parametrize(
    ("cycle", "open_cycle", "due"),
    [
        (None, "202602", None),
        ("202601", None, "202601"),
        ("202601", "202602", "202602"),
        ("202602", "202602", "202602"),
        ("202603", "202602", "202603"),
    ],
)
def test_R1_5_what_arrives_late_is_due_in_the_open_cycle(
    cycle: str | None, open_cycle: str | None, due: str | None
) -> None:
    own = Cycle(cycle) if cycle else None
    assert due_cycle(own, Cycle(open_cycle) if open_cycle else None) == due


@given(INSTANTS, INSTANTS, INSTANTS)
def test_R1_4_no_condition_became_true_after_the_cycle(
    effective_at: datetime, paid_at: datetime, completed_at: datetime
) -> None:
    cycle = transaction_cycle(effective_at, paid_at, "completed", completed_at, SHANGHAI)
    instants = [effective_at, paid_at, completed_at]
    assert cycle is not None
    assert all(instant < cycle.end(SHANGHAI) for instant in instants)
    assert any(instant >= cycle.start(SHANGHAI) for instant in instants)


@given(CYCLES, CYCLES)
def test_R1_5_nothing_is_due_in_a_closed_cycle_or_before_its_own(
    cycle: Cycle, open_cycle: Cycle
) -> None:
    due = due_cycle(cycle, open_cycle)
    assert due in (cycle, open_cycle)
    assert due is not None and due >= cycle and due >= open_cycle
