from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from koogallery.kit.cycles import Cycle
from settlement.rules.billability import TransactionFacts, unbilled_reasons

SHANGHAI = ZoneInfo("Asia/Shanghai")
JANUARY = Cycle("202601")
PAST = datetime(2026, 1, 5, tzinfo=UTC)
DURING_JANUARY = datetime(2026, 1, 20, tzinfo=UTC)
AFTER_JANUARY = JANUARY.end(SHANGHAI)
FUTURE = datetime(2026, 3, 1, tzinfo=UTC)

DUE = TransactionFacts(
    order_type="purchase",
    effective_at=PAST,
    paid_at=PAST,
    supervision_status="completed",
    seller_certified_at=PAST,
    due_cycle=JANUARY,
    paid_amount=Decimal(100),
)


@pytest.mark.parametrize(
    ("label", "transaction", "reasons"),
    [
        ("waits for its run", DUE, ("cycle_open",)),
        ("not effective", replace(DUE, effective_at=None, due_cycle=None), ("not_effective",)),
        ("effective later", replace(DUE, effective_at=FUTURE, due_cycle=Cycle("202603")),
         ("not_effective", "cycle_open")),
        ("not paid", replace(DUE, paid_at=None, due_cycle=None), ("not_paid",)),
        ("supervised", replace(DUE, supervision_status="waiting_for_service", due_cycle=None),
         ("supervision_open",)),
        ("rejected", replace(DUE, supervision_status="waiting_for_acceptance", due_cycle=None),
         ("supervision_open",)),
        ("no supervision", replace(DUE, supervision_status="not_applicable"), ("cycle_open",)),
        ("not certified", replace(DUE, seller_certified_at=None), ("seller_not_certified",)),
        ("certified later", replace(DUE, seller_certified_at=FUTURE), ("seller_not_certified",)),
        ("refund approved", replace(DUE, refund_pending=True), ("refund_pending",)),
        ("partly refunded", replace(DUE, refunded=Decimal("99.99")), ("cycle_open",)),
        ("fully refunded", replace(DUE, refunded=Decimal(100), paid_at=None), ("fully_refunded",)),
        ("free of charge", replace(DUE, paid_amount=Decimal(0)), ("cycle_open",)),
        ("trial", replace(DUE, order_type="trial", paid_at=None, due_cycle=None), ("trial",)),
        ("pay-per-use order", replace(DUE, paid_amount=Decimal(0), due_cycle=None), ()),
        ("everything open",
         replace(DUE, effective_at=None, paid_at=None, supervision_status="waiting_for_service",
                 seller_certified_at=None, due_cycle=None, refund_pending=True),
         ("not_effective", "not_paid", "supervision_open", "seller_not_certified",
          "refund_pending")),
    ],
)  # fmt: skip
def test_R1_3_what_is_not_billable_says_why(
    label: str, transaction: TransactionFacts, reasons: tuple[str, ...]
) -> None:
    assert unbilled_reasons(transaction, now=AFTER_JANUARY, zone=SHANGHAI) == reasons


def test_R1_6_a_cycle_that_has_not_ended_is_open() -> None:
    held = replace(DUE, seller_certified_at=None, refund_pending=True)
    reasons = unbilled_reasons(held, now=DURING_JANUARY, zone=SHANGHAI)
    assert reasons == ("seller_not_certified", "cycle_open", "refund_pending")


def test_R1_1_a_cycle_ends_in_the_settlement_zone() -> None:
    held = replace(DUE, seller_certified_at=None)
    just_before = AFTER_JANUARY - timedelta(microseconds=1)
    assert "cycle_open" in unbilled_reasons(held, now=just_before, zone=SHANGHAI)
    assert "cycle_open" not in unbilled_reasons(held, now=AFTER_JANUARY, zone=SHANGHAI)
