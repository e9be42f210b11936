from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koogallery.kit.money import ZERO
from settlement.rules.refunds import (
    RefundFacts,
    hard_violations,
    image_refund_limit,
    needs_seller_review,
    refund_violations,
    standards,
)
from settlement.rules.standards import Standard

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
AMOUNTS = st.decimals(0, 10**6, places=2)

LICENCE = RefundFacts(
    delivery_method="license",
    supervised=True,
    order_type="purchase",
    billing_mode="one_time",
    supervision_status="waiting_for_service",
    paid_amount=Decimal(1000),
    paid_at=datetime(2026, 1, 5, 2, tzinfo=UTC),
    already_refunded=Decimal(60),
    amount=Decimal(300),
    effective_at=None,
    term_ends_at=None,
    settled=False,
    handling_fee=ZERO,
    currency="USD",
)
#: 59 of 365 days used on 1 March.
IMAGE = replace(
    LICENCE,
    delivery_method="image",
    supervised=False,
    billing_mode="yearly_monthly",
    supervision_status="not_applicable",
    effective_at=datetime(2026, 1, 1, tzinfo=UTC),
    term_ends_at=datetime(2027, 1, 1, tzinfo=UTC),
    handling_fee=Decimal(10),
)
USAGE = replace(LICENCE, billing_mode="pay_per_use", paid_amount=ZERO, already_refunded=ZERO)


def failed(refund: RefundFacts) -> list[tuple[str, str]]:
    return [(each.rule, each.code) for each in standards(refund, NOW) if not each.holds]


def standard(refund: RefundFacts, code: str) -> Standard:
    return next(each for each in standards(refund, NOW, SHANGHAI) if each.code == code)


@pytest.mark.parametrize(
    ("amount", "codes"),
    [
        ("940", []),
        ("0.01", []),
        ("940.01", ["within_amount_paid"]),
        ("0", ["within_amount_paid"]),
        ("-1", ["negative"]),
        ("0.001", ["too_precise"]),
        ("NaN", ["not_a_number"]),
        ("1E+16", ["too_large"]),
    ],
)
def test_R4_1_all_refunds_together_stay_within_the_amount_paid(
    amount: str, codes: list[str]
) -> None:
    wrong = hard_violations(replace(LICENCE, amount=Decimal(amount)))
    assert [each.code for each in wrong] == codes
    assert {(each.rule, each.field) for each in wrong} <= {("R4.1", "amount")}


def test_R4_1_an_unpaid_order_has_nothing_to_refund() -> None:
    wrong = hard_violations(replace(LICENCE, paid_at=None))
    assert [(each.rule, each.field, each.code) for each in wrong] == [
        ("R4.1", "order", "order_paid")
    ]


def test_R4_8_a_pay_per_use_order_has_no_amount_to_refund() -> None:
    wrong = hard_violations(USAGE)
    assert [(each.rule, each.code) for each in wrong] == [("R4.8", "pay_per_use_carries_no_amount")]
    assert failed(USAGE) == [("R4.8", "carries_amount")]


@pytest.mark.parametrize(
    ("delivery_method", "supervised", "status", "failing"),
    [
        ("license", True, "waiting_for_service", []),
        ("license", True, "waiting_for_acceptance", []),
        ("license", True, "completed", [("R4.2", "inside_guarantee_period")]),
        ("license", True, "not_applicable", [("R4.2", "inside_guarantee_period")]),
        ("professional_service", True, "waiting_for_service", []),
        ("professional_service", True, "completed", [("R4.2", "inside_guarantee_period")]),
        ("hardware", True, "waiting_for_service", []),
        ("hardware", True, "completed", [("R4.2", "inside_guarantee_period")]),
        ("saas", True, "waiting_for_service", []),
        ("saas", True, "completed", [("R4.2", "inside_guarantee_period")]),
        ("saas", False, "not_applicable", [("R4.2", "method_supported")]),
        ("consulting", False, "not_applicable", [("R4.2", "method_supported")]),
        ("content_service", False, "not_applicable", [("R4.2", "method_supported")]),
        ("cloud_host", False, "not_applicable", [("R4.2", "method_supported")]),
    ],
)
def test_R4_2_what_can_be_unsubscribed(
    delivery_method: str, supervised: bool, status: str, failing: list[tuple[str, str]]
) -> None:
    refund = replace(
        LICENCE,
        delivery_method=delivery_method,
        supervised=supervised,
        supervision_status=status,
    )
    assert failed(refund) == failing
    refused = refund_violations(refund, NOW, special_agreement=False)
    assert [(each.rule, each.code) for each in refused] == failing
    assert refund_violations(refund, NOW, special_agreement=True) == []


@pytest.mark.parametrize(
    "refund",
    [USAGE, replace(LICENCE, paid_at=None), replace(LICENCE, amount=Decimal("940.01"))],
)
def test_R4_2_a_special_agreement_does_not_heal_everything(refund: RefundFacts) -> None:
    wrong = refund_violations(refund, NOW, special_agreement=True)
    assert wrong == hard_violations(refund) != []


@pytest.mark.parametrize(
    ("delivery_method", "supervised", "reviewed"),
    [
        ("license", False, True),
        ("professional_service", False, True),
        ("hardware", False, True),
        ("saas", True, True),
        ("saas", False, False),
        ("image", False, False),
        ("consulting", False, False),
        ("content_service", False, False),
        ("cloud_host", False, False),
    ],
)
def test_R4_2_the_seller_reviews_what_has_a_guarantee_period(
    delivery_method: str, supervised: bool, reviewed: bool
) -> None:
    refund = replace(LICENCE, delivery_method=delivery_method, supervised=supervised)
    assert needs_seller_review(refund) is reviewed


@pytest.mark.parametrize(
    ("label", "refund", "now", "limit"),
    [
        ("59 of 365 days used", IMAGE, NOW, "828.36"),
        ("nothing used yet", IMAGE, datetime(2026, 1, 1, tzinfo=UTC), "990.00"),
        ("not enabled", replace(IMAGE, effective_at=None), NOW, "990.00"),
        ("all used", IMAGE, datetime(2027, 1, 1, tzinfo=UTC), "0"),
        ("long over", IMAGE, datetime(2029, 1, 1, tzinfo=UTC), "0"),
        ("half used", IMAGE, datetime(2026, 7, 2, 12, tzinfo=UTC), "490.00"),
    ],
)
def test_R4_2_an_image_gives_back_its_unused_share(
    label: str, refund: RefundFacts, now: datetime, limit: str
) -> None:
    assert image_refund_limit(refund, now) == Decimal(limit)


@pytest.mark.parametrize(("amount", "holds"), [("768.36", True), ("768.37", False)])
def test_R4_2_all_refunds_of_an_image_share_one_limit(amount: str, holds: bool) -> None:
    """60 of 828.36 were refunded before."""
    refund = replace(IMAGE, amount=Decimal(amount))
    assert standard(refund, "within_unused_share").holds is holds


def test_R4_2_an_image_without_a_term_is_left_to_the_operator() -> None:
    refund = replace(IMAGE, term_ends_at=None)
    assert image_refund_limit(refund, NOW) is None
    unused = standard(refund, "within_unused_share")
    assert unused.holds
    assert unused.detail.startswith("The order carries no term")


@pytest.mark.parametrize(
    ("code", "refund", "detail"),
    [
        ("order_paid", LICENCE,
         "The customer paid 1,000.00 USD at 5 Jan 2026, 10:00 (Asia/Shanghai)."),
        ("order_paid", replace(LICENCE, paid_at=None), "The customer has not paid this order yet."),
        ("within_amount_paid", LICENCE,
         ("300.00 USD is within the 940.00 USD not yet refunded, "
         "of 1,000.00 USD paid less 60.00 USD of other refunds.")),
        ("within_amount_paid", replace(LICENCE, amount=Decimal(941)),
         ("941.00 USD is more than the 940.00 USD not yet refunded, "
         "of 1,000.00 USD paid less 60.00 USD of other refunds.")),
        ("within_amount_paid", replace(LICENCE, amount=ZERO),
         ("A refund must be above 0, not 0.00 USD; 940.00 USD is not yet refunded, "
         "of 1,000.00 USD paid less 60.00 USD of other refunds.")),
        ("method_supported", replace(LICENCE, delivery_method="professional_service"),
         "An order of professional service can be unsubscribed."),
        ("method_supported", replace(LICENCE, delivery_method="saas", supervised=False),
         ("An order of SaaS without supervision cannot be unsubscribed "
         "without a special agreement.")),
        ("inside_guarantee_period", LICENCE,
         "The guarantee period is still running: supervision is waiting for service."),
        ("inside_guarantee_period",
         replace(LICENCE, supervision_status="completed", settled=True,
                 supervision_completed_at=datetime(2026, 2, 1, tzinfo=UTC)),
         ("The guarantee period ended when supervision completed at 1 Feb 2026, 08:00 "
         "(Asia/Shanghai). The order is already on an issued bill.")),
        ("inside_guarantee_period",
         replace(LICENCE, supervision_status="not_applicable", order_type="renewal"),
         "A renewal has no supervision and therefore no guarantee period."),
        ("within_unused_share", IMAGE,
         ("With earlier refunds 360.00 USD is asked, which is within 828.36 USD = "
         "1,000.00 USD × (1 − 16.164384% used) − 10.00 USD handling fee. The term runs from "
         "1 Jan 2026, 08:00 to 1 Jan 2027, 08:00 (Asia/Shanghai).")),
    ],
)  # fmt: skip
def test_R4_3_each_standard_tells_the_operator_its_figures(
    code: str, refund: RefundFacts, detail: str
) -> None:
    assert standard(refund, code).detail == detail


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_R4_1_no_amount_that_passes_exceeds_what_was_paid(
    paid: Decimal, claimed: Decimal, amount: Decimal
) -> None:
    refund = replace(LICENCE, paid_amount=paid, already_refunded=claimed, amount=amount)
    passes = hard_violations(refund) == []
    assert passes is (ZERO < amount and claimed + amount <= paid)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_R4_2_the_limit_of_an_image_lies_between_nothing_and_what_was_paid(now: datetime) -> None:
    limit = image_refund_limit(IMAGE, now)
    assert limit is not None
    assert ZERO <= limit <= IMAGE.paid_amount - IMAGE.handling_fee
