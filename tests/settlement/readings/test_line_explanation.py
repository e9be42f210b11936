from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from koogallery.kit.cycles import Cycle
from settlement.readings.line_explanation import LineFacts, explain_adjustment, explain_line

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """An instant written as the clock in Shanghai shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


LICENCE = LineFacts(
    kind="order",
    order_type="purchase",
    currency="USD",
    sales_amount=Decimal("850.000000000000"),
    customer_wht=Decimal("50.000000000000"),
    fee_ratio=Decimal("0.150000"),
    settlement=Decimal("680.000000000000"),
    cycle=Cycle("202211"),
    bill_cycle=Cycle("202211"),
    effective_at=at("2022-10-04"),
    paid_at=at("2022-10-03T10:00"),
    supervision_completed_at=at("2022-11-15T09:30"),
)


def test_R2_1_the_formula_shows_its_values() -> None:
    explanation = explain_line(LICENCE)
    assert explanation.rule == "R2.1"
    assert explanation.formula == "(850.00 − 50.00) × (1 − 0.15) = 680.00 USD"


def test_R2_4_the_formula_is_as_exact_as_the_line() -> None:
    line = replace(
        LICENCE,
        sales_amount=Decimal("33.35"),
        customer_wht=Decimal(0),
        settlement=Decimal("28.347500000000"),
    )
    formula = explain_line(line).formula
    assert formula == "(33.35 − 0.00) × (1 − 0.15) = 28.3475 USD"


def test_R1_4_the_reason_names_what_became_true_last() -> None:
    assert explain_line(LICENCE).reason == (
        "The platform fee ratio of 15% is the product's when the order was placed (R2.6). "
        "It belongs to cycle November 2022 because the latest of its conditions became true then: "
        "supervision completed 15 Nov 2022, 09:30; enabled 4 Oct 2022, 00:00; "
        "paid 3 Oct 2022, 10:00 (Asia/Shanghai time, R1.4)."
    )


@pytest.mark.parametrize(
    ("kind", "order_type", "told"),
    [
        ("order", "renewal", "renewed term effective 1 Feb 2026, 00:00; paid 31 Jan 2026, 12:00"),
        ("order", "change", "change effective 1 Feb 2026, 00:00; paid 31 Jan 2026, 12:00"),
        ("usage", "purchase", "consumption started 1 Feb 2026, 00:00; paid 31 Jan 2026, 12:00"),
    ],
)
def test_R1_2_each_transaction_takes_effect_in_its_own_way(
    kind: str, order_type: str, told: str
) -> None:
    line = replace(
        LICENCE,
        kind=kind,
        order_type=order_type,
        effective_at=at("2026-02-01"),
        paid_at=at("2026-01-31T12:00"),
        supervision_completed_at=None,
    )
    assert told in explain_line(line).reason


@pytest.mark.parametrize(
    ("unit_price", "told"),
    [
        (
            Decimal("0.012500000000"),
            "The sales amount is the order's price times the quantity: 0.0125 × 25000 (R9.5). ",
        ),
        (
            None,
            "The sales amount was reported by the trading system, for a quantity of 25000 (R9.5). ",
        ),
    ],
)
def test_R9_5_a_usage_line_says_where_its_amount_comes_from(
    unit_price: Decimal | None, told: str
) -> None:
    usage = replace(
        LICENCE, kind="usage", quantity=Decimal("25000.000000000000"), unit_price=unit_price
    )
    assert explain_line(usage).reason.startswith(told)
    assert told.strip() not in explain_line(LICENCE).reason


def test_R1_5_a_line_that_is_caught_up_says_so() -> None:
    line = replace(LICENCE, bill_cycle=Cycle("202301"))
    assert explain_line(line).reason.endswith(
        "It was not billable when cycle November 2022 was closed, or arrived later, "
        "so the bill of January 2023 catches it up (R1.5)."
    )


def test_R4_6_a_reduced_line_says_so() -> None:
    line = replace(
        LICENCE,
        sales_amount=Decimal(680),
        customer_wht=Decimal(40),
        settlement=Decimal(544),
        refunded_before=Decimal(200),
        paid_amount=Decimal(1000),
        full_sales_amount=Decimal(850),
        full_customer_wht=Decimal(50),
    )
    explanation = explain_line(line)
    assert explanation.formula == "(680.00 − 40.00) × (1 − 0.15) = 544.00 USD"
    assert explanation.reason.endswith(
        "200.00 of the 1,000.00 paid had been refunded, so only the retained share is settled: "
        "sales amount 850.00 × (1,000.00 − 200.00) / 1,000.00 = 680.00 USD, "
        "customer WHT 50.00 reduced alike to 40.00 USD (R4.6)."
    )
    without_wht = replace(line, full_customer_wht=Decimal(0), customer_wht=Decimal(0))
    assert explain_line(without_wht).reason.endswith("= 680.00 USD (R4.6).")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("carry_over",
         ("−50.00 USD (R3.5). Bill B202601-S000001 was negative; "
         "it paid 0 and its amount is carried to this one. What this bill leaves uncovered of it "
         "is not carried again.")),
        ("difference",
         ("−50.00 USD (R3.2). A difference found after bill B202601-S000001 was issued: "
         "Wrong quantity.")),
    ],
)  # fmt: skip
def test_R3_2_an_adjustment_names_the_bill_it_comes_from(kind: str, text: str) -> None:
    explanation = explain_adjustment(
        kind=kind,
        amount=Decimal(-50),
        currency="USD",
        bill_number="B202601-S000001",
        reason="Wrong quantity.",
    )
    assert str(explanation) == text


def test_an_explanation_reads_as_one_text() -> None:
    text = str(explain_line(LICENCE))
    assert text.startswith("(850.00 − 50.00) × (1 − 0.15) = 680.00 USD (R2.1). The platform fee")
