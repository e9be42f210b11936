from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sellers.rules.figures import CLOCK_TOLERANCE
from sellers.rules.orders import (
    OrderFacts,
    agreement_violations,
    billing_mode_violations,
    order_violations,
    supervision_move_allowed,
)

PLACED = datetime(2026, 1, 5, 2, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SUBSCRIPTION = OrderFacts(
    order_type="purchase",
    billing_mode="yearly_monthly",
    currency="USD",
    seller_currency="USD",
    paid_amount=Decimal(1000),
    sales_amount=Decimal(850),
    customer_wht=Decimal(50),
    placed_at=PLACED,
    paid_at=PLACED,
    effective_at=PLACED,
    supervision_status="not_applicable",
    supervision_completed_at=None,
)
NOTHING: dict[str, Any] = {
    "paid_amount": Decimal(0),
    "sales_amount": Decimal(0),
    "customer_wht": Decimal(0),
}
PAY_PER_USE = replace(
    SUBSCRIPTION,
    billing_mode="pay_per_use",
    unit_price=Decimal("0.000000000001"),
    **NOTHING,
)


def broken(order: OrderFacts) -> list[tuple[str, str, str]]:
    return [(wrong.rule, wrong.field, wrong.code) for wrong in order_violations(order, NOW)]


@pytest.mark.parametrize(
    "order",
    [
        SUBSCRIPTION,
        PAY_PER_USE,
        replace(PAY_PER_USE, unit_price=None),
        replace(SUBSCRIPTION, **NOTHING),
        replace(SUBSCRIPTION, paid_at=None, effective_at=None),
        replace(SUBSCRIPTION, order_type="renewal"),
        replace(SUBSCRIPTION, order_type="trial", **NOTHING),
        replace(SUBSCRIPTION, sales_amount=Decimal("1000.00"), customer_wht=Decimal(1000)),
        replace(SUBSCRIPTION, term_ends_at=datetime(2027, 1, 5, tzinfo=UTC)),
    ],
)
def test_an_order_in_order_breaks_no_rule(order: OrderFacts) -> None:
    assert order_violations(order, NOW) == []


@pytest.mark.parametrize(
    ("changed", "violation"),
    [
        ({"paid_amount": "-1"}, ("R2.1", "paid_amount", "negative")),
        ({"sales_amount": "849.999"}, ("R2.1", "sales_amount", "too_precise")),
        ({"customer_wht": "0.001"}, ("R2.1", "customer_wht", "too_precise")),
        ({"paid_amount": "1000000000000000.01"}, ("R2.1", "paid_amount", "too_large")),
        ({"paid_amount": "NaN"}, ("R2.1", "paid_amount", "not_a_number")),
        ({"paid_amount": "Infinity"}, ("R2.1", "paid_amount", "not_a_number")),
        ({"sales_amount": "1000.01"}, ("R2.1", "sales_amount", "exceeds_paid_amount")),
        ({"customer_wht": "850.01"}, ("R2.1", "customer_wht", "exceeds_sales_amount")),
    ],
)
def test_R2_1_amounts_are_money_within_each_other(
    changed: dict[str, str], violation: tuple[str, str, str]
) -> None:
    amounts: dict[str, Any] = {name: Decimal(amount) for name, amount in changed.items()}
    assert broken(replace(SUBSCRIPTION, **amounts)) == [violation]


def test_every_wrong_amount_is_named() -> None:
    order = replace(SUBSCRIPTION, paid_amount=Decimal(-1), customer_wht=Decimal("0.001"))
    assert broken(order) == [
        ("R2.1", "paid_amount", "negative"),
        ("R2.1", "customer_wht", "too_precise"),
    ]


@pytest.mark.parametrize(
    ("currency", "paid", "violations"),
    [
        ("JPY", "1000", []),
        ("JPY", "1000.5", [("R2.1", "paid_amount", "too_precise")]),
        ("KWD", "1000.005", []),
    ],
)
def test_amounts_have_their_currencys_minor_unit(
    currency: str, paid: str, violations: list[tuple[str, str, str]]
) -> None:
    order = replace(
        SUBSCRIPTION,
        currency=currency,
        seller_currency=currency,
        paid_amount=Decimal(paid),
    )
    assert broken(order) == violations


@pytest.mark.parametrize(
    ("currency", "code"), [("EUR", "foreign_currency"), ("XXX", "unsupported_currency")]
)
def test_R2_8_an_order_in_another_currency_is_refused(currency: str, code: str) -> None:
    assert broken(replace(SUBSCRIPTION, currency=currency)) == [("R2.8", "currency", code)]


@pytest.mark.parametrize("billing_mode", ["yearly_monthly", "one_time", "pay_per_use", "package"])
@pytest.mark.parametrize(
    ("delivery_method", "sold"),
    [
        ("saas", {"yearly_monthly", "one_time", "pay_per_use", "package"}),
        ("license", {"yearly_monthly", "one_time"}),
        ("professional_service", {"yearly_monthly", "one_time"}),
        ("image", {"yearly_monthly", "pay_per_use"}),
        ("hardware", {"one_time"}),
        ("consulting", {"yearly_monthly", "one_time", "pay_per_use"}),
        ("content_service", {"yearly_monthly", "one_time", "pay_per_use"}),
        ("cloud_host", {"yearly_monthly", "one_time", "pay_per_use"}),
        ("something_else", set()),
    ],
)
def test_R9_2_a_delivery_method_has_its_billing_modes(
    delivery_method: str, sold: set[str], billing_mode: str
) -> None:
    wrong = billing_mode_violations(billing_mode, delivery_method)
    refused = [("R9.2", "billing_mode", "billing_mode_not_sold")]
    assert [(v.rule, v.field, v.code) for v in wrong] == ([] if billing_mode in sold else refused)


@pytest.mark.parametrize("field", ["paid_amount", "sales_amount", "customer_wht"])
def test_R4_8_a_pay_per_use_order_carries_no_amount(field: str) -> None:
    amount: dict[str, Any] = {field: Decimal("0.01")}
    order = replace(PAY_PER_USE, **amount)
    assert broken(order) == [("R4.8", field, "pay_per_use_carries_no_amount")]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(PAY_PER_USE, unit_price=Decimal("-0.01")), "negative"),
        (replace(PAY_PER_USE, unit_price=Decimal("0.0000000000001")), "too_precise"),
        (replace(SUBSCRIPTION, unit_price=Decimal(1)), "not_pay_per_use"),
    ],
)
def test_R9_5_a_unit_price_is_for_usage(order: OrderFacts, code: str) -> None:
    assert broken(order) == [("R9.5", "unit_price", code)]


@pytest.mark.parametrize(
    ("order_type", "status", "completed_at", "violation"),
    [
        ("purchase", "waiting_for_service", None, None),
        ("purchase", "completed", PLACED, None),
        ("purchase", "completed", None, ("supervision_completed_at", "required")),
        ("purchase", "not_applicable", PLACED, ("supervision_completed_at", "not_completed")),
        ("purchase", "waiting_for_service", PLACED, ("supervision_completed_at", "not_completed")),
        ("renewal", "waiting_for_service", None, ("supervision_status", "renewal_not_supervised")),
        ("renewal", "completed", PLACED, ("supervision_status", "renewal_not_supervised")),
    ],
)  # fmt: skip
def test_R9_3_supervision_is_consistent(
    order_type: str,
    status: str,
    completed_at: datetime | None,
    violation: tuple[str, str] | None,
) -> None:
    order = replace(
        SUBSCRIPTION,
        order_type=order_type,
        supervision_status=status,
        supervision_completed_at=completed_at,
    )
    assert broken(order) == ([("R9.3", *violation)] if violation else [])


@pytest.mark.parametrize("field", ["placed_at", "paid_at", "effective_at"])
@pytest.mark.parametrize("year", [1, 9999])
def test_R1_1_an_instant_without_a_cycle_is_refused(field: str, year: int) -> None:
    instant: dict[str, Any] = {field: datetime(year, 1, 1, tzinfo=UTC)}
    assert broken(replace(SUBSCRIPTION, **instant)) == [("R1.1", field, "out_of_range")]


def test_R4_2_a_term_ends_after_it_takes_effect() -> None:
    order = replace(SUBSCRIPTION, term_ends_at=PLACED)
    assert broken(order) == [("R4.2", "term_ends_at", "not_later")]


STATUSES = [
    "not_applicable",
    "waiting_for_service",
    "waiting_for_acceptance",
    "completed",
]
MOVES = {
    ("waiting_for_service", "waiting_for_acceptance"),
    ("waiting_for_service", "completed"),
    ("waiting_for_acceptance", "waiting_for_service"),  # the customer rejects
    ("waiting_for_acceptance", "completed"),
}


@pytest.mark.parametrize("origin", STATUSES)
@pytest.mark.parametrize("target", STATUSES)
def test_R9_3_supervision_moves_forward_or_back_by_a_rejection(origin: str, target: str) -> None:
    allowed = origin == target or (origin, target) in MOVES
    assert supervision_move_allowed(origin, target) is allowed


@pytest.mark.parametrize(
    ("order_type", "changed", "violations"),
    [
        ("purchase", {"paid_at": NOW + CLOCK_TOLERANCE}, []),
        ("purchase", {"paid_at": NOW + CLOCK_TOLERANCE + SECOND}, [("paid_at", "in_future")]),
        ("purchase", {"effective_at": NOW + CLOCK_TOLERANCE}, []),
        (
            "purchase",
            {"effective_at": NOW + CLOCK_TOLERANCE + SECOND},
            [("effective_at", "in_future")],
        ),
        ("trial", {"effective_at": NOW + timedelta(days=1)}, [("effective_at", "in_future")]),
        ("renewal", {"effective_at": NOW + timedelta(days=400)}, []),
        ("change", {"effective_at": NOW + timedelta(days=400)}, []),
        ("renewal", {"paid_at": NOW + timedelta(days=1)}, [("paid_at", "in_future")]),
        ("purchase", {"paid_at": PLACED - SECOND}, [("paid_at", "before_order")]),
        ("purchase", {"effective_at": PLACED - SECOND}, [("effective_at", "before_order")]),
        ("renewal", {"effective_at": PLACED - SECOND}, [("effective_at", "before_order")]),
        (
            "purchase",
            {"placed_at": NOW + timedelta(days=1), "paid_at": None, "effective_at": None},
            [("placed_at", "in_future")],
        ),
    ],
)
def test_R1_8_what_is_recorded_is_possible(
    order_type: str, changed: dict[str, Any], violations: list[tuple[str, str]]
) -> None:
    amounts = NOTHING if order_type == "trial" else {}
    order = replace(SUBSCRIPTION, order_type=order_type, **amounts, **changed)
    expected = [("R1.8", *violation) for violation in violations]
    assert broken(order) == expected


@pytest.mark.parametrize(
    ("completed_at", "code"),
    [(NOW + timedelta(days=1), "in_future"), (PLACED - SECOND, "before_order")],
)
def test_R1_8_a_supervision_is_completed_between_the_order_and_now(
    completed_at: datetime, code: str
) -> None:
    order = replace(
        SUBSCRIPTION, supervision_status="completed", supervision_completed_at=completed_at
    )
    assert broken(order) == [("R1.8", "supervision_completed_at", code)]


@pytest.mark.parametrize(
    ("order_type", "status", "supervised", "fits"),
    [
        ("purchase", "not_applicable", False, True),
        ("purchase", "not_applicable", True, False),
        ("purchase", "waiting_for_service", True, True),
        ("purchase", "completed", True, True),
        ("purchase", "waiting_for_service", False, False),
        ("change", "waiting_for_acceptance", False, False),
        ("trial", "completed", False, False),
        ("change", "not_applicable", True, True),
        ("change", "waiting_for_service", True, True),
        ("renewal", "not_applicable", True, True),
        ("renewal", "not_applicable", False, True),
    ],
)
def test_R1_8_R9_3_supervision_agrees_with_the_product(
    order_type: str, status: str, supervised: bool, fits: bool
) -> None:
    wrong = agreement_violations(order_type, status, supervised=supervised)
    expected = [] if fits else [("R9.3", "supervision_status", "differs_from_product")]
    assert [(each.rule, each.field, each.code) for each in wrong] == expected


@pytest.mark.parametrize("field", ["paid_amount", "sales_amount", "customer_wht"])
def test_R1_3_a_trial_is_free(field: str) -> None:
    amounts = {**NOTHING, field: Decimal("0.01")}
    trial = replace(SUBSCRIPTION, order_type="trial", **amounts)
    assert broken(trial) == [("R1.3", field, "a_trial_is_free")]
