"""The pure rules and the set-based SQL say the same of thousands of orders and usage records."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE
from sellers.models import Order, Product, UsageRecord
from sellers.rules.cycles import due_cycle, order_cycle, usage_cycle
from sellers.rules.orders import OrderFacts
from sellers.services.orders.recording import NewOrder, change_order, record_orders
from sellers.services.orders.usage import record_usage
from tests.sellers.facts import new_order, new_usage
from tests.world import a_product, a_seller

pytestmark = pytest.mark.django_db

#: Many cases to a statement; the sellers are the same throughout.
THOROUGH = settings(
    max_examples=settings().max_examples // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
OPEN_CYCLES = (None, "202402", "202412")

#: Before all of them.
PLACED_AT = datetime(1970, 6, 1, tzinfo=UTC)

_serial = count(1)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Mostly within a minute of a month's first instant in Shanghai, of any year that is over."""
    month = datetime(draw(st.integers(1971, 2024)), draw(st.integers(1, 12)), 1, tzinfo=ZONE)
    near = st.timedeltas(timedelta(minutes=-1), timedelta(minutes=1))
    return (month + draw(near | st.timedeltas(timedelta(0), timedelta(days=31)))).astimezone(UTC)


#: Close enough to each other, and to the open cycles, that each decides in some cases.
CLOSE_INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2024, 4, 1), timezones=st.just(ZONE))
INSTANTS = instants() | CLOSE_INSTANTS


@dataclass(frozen=True)
class Case:
    """An order for the product of one of the sellers, and the start of some usage of it."""

    seller: int
    order_type: str
    billing_mode: str
    supervision_status: str
    paid_at: datetime | None
    effective_at: datetime | None
    completed_at: datetime
    started_at: datetime


CASE = st.builds(
    Case,
    seller=st.integers(0, len(OPEN_CYCLES) - 1),
    order_type=st.sampled_from(["purchase", "change", "trial"]),
    billing_mode=st.sampled_from(["yearly_monthly", "one_time", "pay_per_use"]),
    supervision_status=st.sampled_from(["not_applicable", "waiting_for_service", "completed"]),
    paid_at=st.none() | INSTANTS,
    effective_at=st.none() | INSTANTS,
    completed_at=INSTANTS,
    started_at=INSTANTS,
)
CASES = st.lists(CASE, min_size=20, max_size=40)


Products = list[dict[bool, Product]]


@pytest.fixture
def products(db: None) -> Products:
    """Supervised or not, of a seller without a close, and of two whose cycles are closed."""
    sellers = [a_seller() for _ in OPEN_CYCLES]
    for seller, open_cycle in zip(sellers, OPEN_CYCLES, strict=True):
        seller.open_cycle = open_cycle
        seller.save()
    return [
        {supervised: a_product(seller, supervised=supervised) for supervised in (False, True)}
        for seller in sellers
    ]


def as_sent(case: Case, products: Products) -> NewOrder:
    product = products[case.seller][case.supervision_status != "not_applicable"]
    is_free = case.billing_mode == "pay_per_use" or case.order_type == "trial"
    amount = Decimal(0) if is_free else Decimal(10)
    return new_order(
        f"O-{next(_serial)}",
        product.number,
        order_type=case.order_type,
        billing_mode=case.billing_mode,
        paid_amount=amount,
        sales_amount=amount,
        placed_at=PLACED_AT,
        paid_at=case.paid_at,
        effective_at=case.effective_at,
        supervision_status=case.supervision_status,
        supervision_completed_at=completed_at(case),
    )


def metered(case: Case) -> Case:
    """As usage has it: in effect by the time something is consumed (R1.8)."""
    effective_at = min(case.effective_at or case.started_at, case.started_at)
    return replace(case, billing_mode="pay_per_use", effective_at=effective_at)


def completed_at(case: Case) -> datetime | None:
    return case.completed_at if case.supervision_status == "completed" else None


def facts(case: Case) -> OrderFacts:
    return OrderFacts(
        order_type=case.order_type,
        billing_mode=case.billing_mode,
        currency="USD",
        seller_currency="USD",
        paid_amount=Decimal(0),
        sales_amount=Decimal(0),
        customer_wht=Decimal(0),
        placed_at=PLACED_AT,
        paid_at=case.paid_at,
        effective_at=case.effective_at,
        supervision_status=case.supervision_status,
        supervision_completed_at=completed_at(case),
    )


def with_due(cycle: Cycle | None, case: Case) -> tuple[str | None, str | None]:
    open_cycle = OPEN_CYCLES[case.seller]
    return cycle, due_cycle(cycle, Cycle(open_cycle) if open_cycle else None)


def recorded_orders(cases: list[Case], products: Products) -> list[Order]:
    rows = [as_sent(case, products) for case in cases]
    outcomes = record_orders(rows, actor=None)
    assert all(outcome.is_recorded for outcome in outcomes)
    found = Order.objects.in_bulk([row.number for row in rows], field_name="number")
    return [found[row.number] for row in rows]


@THOROUGH
@given(cases=CASES)
def test_R1_4_rule_and_sql_agree_on_orders(products: Products, cases: list[Case]) -> None:
    orders = recorded_orders(cases, products)
    assert [(order.cycle, order.due_cycle) for order in orders] == [
        with_due(order_cycle(facts(case), ZONE), case) for case in cases
    ]


@THOROUGH
@given(cases=CASES)
def test_R1_2_rule_and_sql_agree_on_usage(products: Products, cases: list[Case]) -> None:
    cases = [metered(case) for case in cases]
    orders = recorded_orders(cases, products)
    rows = [
        new_usage(
            f"U-{next(_serial)}",
            order.number,
            started_at=case.started_at,
            ended_at=case.started_at + timedelta(hours=1),
        )
        for case, order in zip(cases, orders, strict=True)
    ]
    assert all(outcome.is_recorded for outcome in record_usage(rows, actor=None))
    kept = UsageRecord.objects.filter(metering_sn__in=[row.metering_sn for row in rows])
    found = {record.metering_sn: record for record in kept}
    usage = [found[row.metering_sn] for row in rows]
    assert [(record.cycle, record.due_cycle) for record in usage] == [
        with_due(usage_cycle(facts(case), case.started_at, ZONE), case) for case in cases
    ]


@THOROUGH
@given(case=CASE, paid_later_at=st.none() | INSTANTS)
def test_R1_4_rule_and_sql_agree_on_usage_whose_order_changes(
    products: Products, case: Case, paid_later_at: datetime | None
) -> None:
    case = metered(case)
    [order] = recorded_orders([case], products)
    usage = new_usage(
        f"U-{next(_serial)}",
        order.number,
        started_at=case.started_at,
        ended_at=case.started_at + timedelta(hours=1),
    )
    record_usage([usage], actor=None)
    change_order(order.number, {"paid_at": paid_later_at}, actor=None)
    record = UsageRecord.objects.get(metering_sn=usage.metering_sn)
    changed = facts(replace(case, paid_at=paid_later_at))
    assert (record.cycle, record.due_cycle) == with_due(
        usage_cycle(changed, case.started_at, ZONE), case
    )
