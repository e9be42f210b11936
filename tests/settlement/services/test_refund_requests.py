from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from koogallery.kit.errors import Forbidden, InvalidInput, NotFound
from koogallery.models import Act, Notice, User
from sellers.models import Order, Product, Seller
from settlement.models import Refund
from settlement.services.authorisations import keep_limits
from settlement.services.refunds.lifecycle import reject_refund, request_refund, withdraw_refund
from tests.settlement.builders import (
    at,
    make_member,
    make_order,
    make_product,
    make_seller,
)

IN_SERVICE = {"supervision_status": "waiting_for_acceptance", "cycle": None, "due_cycle": None}


def failing(refund: Refund) -> list[tuple[str, str]]:
    return [(check["rule"], check["code"]) for check in refund.checks if not check["holds"]]


def test_R4_2_a_license_in_its_guarantee_period_goes_to_the_seller_first(
    seller: Seller, operator: User
) -> None:
    order = make_order(make_product(seller), "100", at(1, 5), **IN_SERVICE)
    refund = request_refund(order.number, Decimal(100), "not needed", actor=operator)
    assert (refund.state, refund.number[:2], refund.currency) == ("seller_review", "RF", "USD")
    assert failing(refund) == []
    assert [check["code"] for check in refund.checks] == [
        "order_paid",
        "within_amount_paid",
        "method_supported",
        "inside_guarantee_period",
    ]
    assert set(refund.checks[0]) == {"rule", "code", "holds", "detail", "told"}
    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient, notice.seller_number) == (
        "refund_review",
        "seller",
        seller.number,
    )
    act = Act.objects.get()
    assert (act.actor, act.verb, act.object_number) == (operator, "requested", refund.number)


def test_R4_2_an_image_goes_straight_to_an_operator(seller: Seller, operator: User) -> None:
    product = make_product(seller, delivery_method="image", supervised=False)
    order = make_order(product, "100", at(1, 5))
    refund = request_refund(order.number, Decimal(60), "not needed", actor=operator)
    assert refund.state == "operator_review"
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("order_fields", "product_fields", "code"),
    [
        ({}, {}, "inside_guarantee_period"),
        ({}, {"delivery_method": "consulting", "supervised": False}, "method_supported"),
        ({}, {"delivery_method": "content_service", "supervised": False}, "method_supported"),
        ({}, {"delivery_method": "cloud_host", "supervised": False}, "method_supported"),
        ({}, {"delivery_method": "saas", "supervised": False}, "method_supported"),
    ],
)
def test_R4_2_a_failing_standard_refuses_unless_agreed_specially(
    seller: Seller,
    operator: User,
    nothing_changes: Callable[[], object],
    order_fields: dict[str, Any],
    product_fields: dict[str, Any],
    code: str,
) -> None:
    order = make_order(make_product(seller, **product_fields), "100", at(1, 5), **order_fields)
    before = nothing_changes()
    with pytest.raises(InvalidInput) as refusal:
        request_refund(order.number, Decimal(10), "not needed", "  ", actor=operator)
    assert (refusal.value.rule, refusal.value.code) == ("R4.2", code)
    assert nothing_changes() == before
    assert not Refund.objects.exists()

    admitted = request_refund(order.number, Decimal(10), "not needed", "contract 7", actor=operator)
    assert failing(admitted) == [("R4.2", code)]
    assert admitted.special_agreement == "contract 7"


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0", "within_amount_paid"),
        ("-1", "negative"),
        ("100.01", "within_amount_paid"),
        ("1.001", "too_precise"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
    ],
)
def test_R4_1_no_agreement_admits_more_than_was_paid(
    product: Product, operator: User, nothing_changes: Callable[[], object], amount: str, code: str
) -> None:
    order = make_order(product, "100", at(1, 5))
    before = nothing_changes()
    with pytest.raises(InvalidInput) as refusal:
        request_refund(order.number, Decimal(amount), "x", "contract 7", actor=operator)
    assert (refusal.value.rule, refusal.value.field, refusal.value.code) == (
        "R4.1",
        "amount",
        code,
    )
    assert nothing_changes() == before
    assert not Refund.objects.exists()


def test_R4_1_all_refunds_of_an_order_together_stay_within_the_amount_paid(
    product: Product, operator: User
) -> None:
    order = make_order(product, "100", at(1, 5))
    first = request_refund(order.number, Decimal(60), "x", "contract 7", actor=operator)
    with pytest.raises(InvalidInput) as refusal:
        request_refund(order.number, Decimal("40.01"), "x", "contract 7", actor=operator)
    assert refusal.value.rule == "R4.1"
    request_refund(order.number, Decimal(40), "x", "contract 7", actor=operator)
    assert Refund.objects.filter(order=order).count() == 2

    reject_refund(first.number, "outside the agreement", actor=operator)
    again = request_refund(order.number, Decimal(60), "x", "contract 7", actor=operator)
    withdraw_refund(again.number, actor=operator)
    request_refund(order.number, Decimal(60), "x", "contract 7", actor=operator)


def test_R4_8_a_pay_per_use_order_carries_no_amount(product: Product, operator: User) -> None:
    order = make_order(product, "0", at(1, 5), billing_mode="pay_per_use", due_cycle=None)
    with pytest.raises(InvalidInput) as refusal:
        request_refund(order.number, Decimal(1), "x", "contract 7", actor=operator)
    assert refusal.value.rule == "R4.8"
    assert not Refund.objects.exists()


def test_R4_1_an_order_not_yet_paid_has_nothing_to_refund(product: Product, operator: User) -> None:
    order = make_order(product, "100", at(1, 5), paid_at=None, cycle=None, due_cycle=None)
    with pytest.raises(InvalidInput) as refusal:
        request_refund(order.number, Decimal(1), "x", "contract 7", actor=operator)
    assert (refusal.value.rule, refusal.value.code) == ("R4.1", "order_paid")


def test_a_refund_gives_its_reason(order: Order, operator: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        request_refund(order.number, Decimal(1), "", "contract 7", actor=operator)
    assert refusal.value.field == "reason"
    assert not Refund.objects.exists()


def test_a_seller_does_not_apply_for_its_customers(order: Order, seller: Seller) -> None:
    owner = make_member(seller, "owner")
    with pytest.raises(Forbidden):
        request_refund(order.number, Decimal(1), "x", "contract 7", actor=owner)
    with pytest.raises(NotFound):
        request_refund("ORD-none", Decimal(1), "x", "contract 7", actor=owner)
    stranger = User.objects.create_user("stranger")
    with pytest.raises(NotFound):
        request_refund(order.number, Decimal(1), "x", "contract 7", actor=stranger)
    assert not Refund.objects.exists()


@pytest.mark.parametrize(("amount", "approvals"), [("9999.99", 1), ("10000", 2)])
def test_R4_4_from_the_threshold_on_two_operators_approve(
    product: Product, operator: User, amount: str, approvals: int
) -> None:
    order = make_order(product, "20000", at(1, 5))
    refund = request_refund(order.number, Decimal(amount), "x", "contract 7", actor=operator)
    assert refund.approvals_needed == approvals


def test_R4_4_claims_of_one_order_meet_the_threshold_together(
    product: Product, operator: User
) -> None:
    order = make_order(product, "30000", at(1, 5))
    claims = [
        request_refund(order.number, Decimal(7500), "x", "contract 7", actor=operator)
        for _ in range(4)
    ]
    assert [claim.approvals_needed for claim in claims] == [1, 2, 2, 2]


def test_R4_4_a_claim_that_is_withdrawn_no_longer_counts(product: Product, operator: User) -> None:
    order = make_order(product, "30000", at(1, 5))
    first = request_refund(order.number, Decimal(7500), "x", "contract 7", actor=operator)
    withdraw_refund(first.number, actor=operator)
    again = request_refund(order.number, Decimal(7500), "x", "contract 7", actor=operator)
    assert again.approvals_needed == 1


@pytest.mark.parametrize(
    ("customer", "hours", "approvals"),
    [("customer-1", 0, 2), ("customer-2", 0, 1), ("customer-1", 23, 2), ("customer-1", 25, 1)],
)
def test_R4_4_a_customers_claims_against_one_seller_count_together_for_a_day(
    product: Product, operator: User, customer: str, hours: int, approvals: int
) -> None:
    first = make_order(product, "9000", at(1, 5), customer_account="customer-1")
    second = make_order(product, "9000", at(1, 5), customer_account=customer)
    claim = request_refund(first.number, Decimal(9000), "x", "contract 7", actor=operator)
    Refund.objects.filter(pk=claim.pk).update(requested_at=timezone.now() - timedelta(hours=hours))
    late = request_refund(second.number, Decimal(9000), "x", "contract 7", actor=operator)
    assert late.approvals_needed == approvals


@pytest.mark.parametrize(
    ("amount", "thresholds", "approvals"),
    [
        ("10000", {}, 1),
        ("1500000", {}, 2),
        ("10000", {"USD": Decimal(1)}, 1),
        ("10000", {"JPY": Decimal(10000)}, 2),
    ],
)
def test_R4_4_the_threshold_is_in_the_refunds_own_currency(
    operator: User, settings: Any, amount: str, thresholds: dict[str, Decimal], approvals: int
) -> None:
    settings.SECOND_APPROVAL_FROM = thresholds
    keep_limits()
    product = make_product(make_seller(settlement_currency="JPY"))
    order = make_order(product, "2000000", at(1, 5), currency="JPY")
    refund = request_refund(order.number, Decimal(amount), "x", "contract 7", actor=operator)
    assert refund.approvals_needed == approvals
