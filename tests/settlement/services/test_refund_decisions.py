from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from koogallery.kit.errors import Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound
from koogallery.models import Act, Notice, User
from sellers.choices import Role
from sellers.models import Order, Product, Seller
from settlement.choices import RefundState
from settlement.models import Journal, Refund, RefundApproval
from settlement.services.refunds.lifecycle import (
    agree_refund,
    approve_refund,
    reject_refund,
    request_refund,
    withdraw_refund,
)
from tests.authority import answer_for
from tests.settlement.builders import a_spokesman, at, make_member, make_operator, make_order


@pytest.fixture
def in_seller_review(order: Order, operator: User) -> Refund:
    """100 of 1000, applied for by olga."""
    return request_refund(order.number, Decimal(100), "x", "contract 7", actor=operator)


@pytest.fixture
def in_operator_review(in_seller_review: Refund, operator: User) -> Refund:
    return agree_refund(in_seller_review.number, "agreed", actor=a_spokesman())


@pytest.fixture
def large(product: Product, operator: User) -> Refund:
    """10,000: two operators have to approve it."""
    order = make_order(product, "12000", at(1, 6))
    refund = request_refund(order.number, Decimal(10000), "x", "contract 7", actor=operator)
    return agree_refund(refund.number, actor=a_spokesman())


def state_of(refund: Refund) -> str:
    return Refund.objects.values_list("state", flat=True).get(pk=refund.pk)


@pytest.mark.parametrize("role", [Role.OWNER, Role.OPERATIONS])
def test_R4_2_the_seller_agrees(in_seller_review: Refund, seller: Seller, role: Role) -> None:
    member = make_member(seller, "member", role)
    refund = agree_refund(in_seller_review.number, " delivered late ", actor=member)
    assert refund.state == "operator_review"
    assert (refund.agreed_by, refund.seller_comment) == (member, "delivered late")


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
def test_R4_3_other_members_of_the_seller_only_look(
    in_seller_review: Refund,
    seller: Seller,
    role: Role,
    nothing_changes: Callable[[], object],
) -> None:
    member = make_member(seller, "member", role)
    before = nothing_changes()
    with pytest.raises(Forbidden):
        agree_refund(in_seller_review.number, actor=member)
    with pytest.raises(Forbidden):
        reject_refund(in_seller_review.number, "no", actor=member)
    assert state_of(in_seller_review) == "seller_review"
    assert nothing_changes() == before


def test_R4_2_an_operator_may_record_the_sellers_agreement(
    in_seller_review: Refund, operator: User
) -> None:
    assert agree_refund(in_seller_review.number, actor=a_spokesman()).state == "operator_review"


def test_a_refund_is_agreed_to_once(in_operator_review: Refund, operator: User) -> None:
    with pytest.raises(IllegalTransition):
        agree_refund(in_operator_review.number, actor=a_spokesman())


def test_R4_5_an_approval_tells_seller_and_customer_once_each(
    in_operator_review: Refund, second_operator: User
) -> None:
    refund = approve_refund(in_operator_review.number, "meets them", actor=second_operator)
    assert (refund.state, refund.approved_at is not None) == ("approved", True)
    confirmed = Notice.objects.filter(kind="refund_confirmed").order_by("recipient")
    assert [(notice.recipient, notice.customer_account) for notice in confirmed] == [
        ("customer", "fabrikam@trading"),
        ("seller", ""),
    ]
    assert confirmed[0].facts == {
        "refund": refund.number,
        "order": refund.order.number,
        "amount": "100.00",
        "currency": "USD",
    }
    assert not Journal.objects.exists()


def test_R4_4_whoever_applied_does_not_approve(
    in_operator_review: Refund, operator: User, nothing_changes: Callable[[], object]
) -> None:
    before = nothing_changes()
    with pytest.raises(Forbidden) as refusal:
        approve_refund(in_operator_review.number, actor=operator)
    assert refusal.value.rule == "R4.4"
    assert state_of(in_operator_review) == "operator_review"
    assert nothing_changes() == before


def test_R4_4_the_database_refuses_the_requester_as_well(
    in_operator_review: Refund, operator: User, second_operator: User
) -> None:
    for requested_by in (operator, second_operator):
        with pytest.raises(IntegrityError, match=r"approval|approver"), transaction.atomic():
            RefundApproval.objects.create(
                refund=in_operator_review, operator=operator, requested_by=requested_by
            )
    assert not RefundApproval.objects.exists()


def test_R4_4_the_database_refuses_approved_without_approvals(
    in_operator_review: Refund,
) -> None:
    with pytest.raises(IntegrityError, match="needs 1 approvals"), transaction.atomic():
        in_operator_review.move_to(RefundState.APPROVED)
    assert state_of(in_operator_review) == "operator_review"


def test_R4_4_the_first_of_two_approvals_decides_nothing(
    large: Refund, second_operator: User
) -> None:
    refund = approve_refund(large.number, "first", actor=second_operator)
    assert (refund.state, refund.approvals.count()) == ("operator_review", 1)
    assert not Notice.objects.filter(kind="refund_confirmed").exists()

    with pytest.raises(Conflict) as refusal:
        approve_refund(large.number, "again", actor=second_operator)
    assert refusal.value.rule == "R4.4"
    assert refund.approvals.count() == 1

    third = make_operator("otto")
    assert approve_refund(large.number, "second", actor=third).state == "approved"
    assert Notice.objects.filter(kind="refund_confirmed").count() == 2
    approvals = Act.objects.filter(object_number=large.number, verb="approved").order_by("pk")
    assert [(act.actor, act.facts["comment"]) for act in approvals] == [
        (second_operator, "first"),
        (third, "second"),
    ]


def test_a_seller_does_not_approve(in_operator_review: Refund, seller: Seller) -> None:
    owner = make_member(seller, "owner")
    with pytest.raises(Forbidden):
        approve_refund(in_operator_review.number, actor=owner)
    with pytest.raises(Forbidden):
        withdraw_refund(in_operator_review.number, actor=owner)
    assert state_of(in_operator_review) == "operator_review"


def test_a_stranger_finds_no_refund(in_seller_review: Refund) -> None:
    stranger = User.objects.create_user("stranger")
    with pytest.raises(NotFound):
        agree_refund(in_seller_review.number, actor=stranger)
    with pytest.raises(NotFound):
        reject_refund(in_seller_review.number, "no", actor=stranger)
    assert state_of(in_seller_review) == "seller_review"


def test_R4_3_a_rejection_gives_its_reason(in_seller_review: Refund, operator: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        reject_refund(in_seller_review.number, " ", actor=operator)
    assert (refusal.value.field, refusal.value.rule) == ("reason", "R4.3")
    assert state_of(in_seller_review) == "seller_review"


def test_R4_3_the_seller_rejects_while_its_review_is_due_and_not_after(
    in_seller_review: Refund, order: Order, seller: Seller, operator: User
) -> None:
    owner = make_member(seller, "owner")
    refund = reject_refund(in_seller_review.number, "it was delivered", actor=owner)
    assert (refund.state, refund.rejected_by, refund.rejection_reason) == (
        "rejected",
        owner,
        "it was delivered",
    )
    assert Notice.objects.filter(kind="refund_rejected").count() == 2

    again = request_refund(order.number, Decimal(100), "x", "contract 7", actor=operator)
    agree_refund(again.number, actor=owner)
    with pytest.raises(IllegalTransition):
        reject_refund(again.number, "changed our mind", actor=owner)
    assert state_of(again) == "operator_review"


def test_R4_3_what_is_rejected_or_withdrawn_stays_so(
    in_operator_review: Refund, operator: User, second_operator: User
) -> None:
    reject_refund(in_operator_review.number, "outside", actor=operator)
    with pytest.raises(IllegalTransition):
        approve_refund(in_operator_review.number, actor=second_operator)
    with pytest.raises(IllegalTransition):
        withdraw_refund(in_operator_review.number, actor=operator)
    assert state_of(in_operator_review) == "rejected"


def test_R4_3_an_approved_refund_is_no_longer_withdrawn_or_rejected(
    in_operator_review: Refund, operator: User, second_operator: User
) -> None:
    approve_refund(in_operator_review.number, actor=second_operator)
    with pytest.raises(IllegalTransition):
        withdraw_refund(in_operator_review.number, actor=operator)
    with pytest.raises(IllegalTransition):
        reject_refund(in_operator_review.number, "no", actor=operator)
    assert state_of(in_operator_review) == "approved"


LEGAL = {(origin, target) for origin in RefundState for target in origin.next}


def put(refund: Refund, state: str, second_operator: User) -> Refund:
    """The refund in a state of its own, reached through the states before it."""
    approvals = {RefundState.APPROVED, RefundState.REFUNDED}
    if state in approvals:
        approve_refund(refund.number, actor=second_operator)
    Refund.objects.filter(pk=refund.pk).update(state=state, **columns_of(state))
    return Refund.objects.get(pk=refund.pk)


def columns_of(target: str) -> dict[str, Any]:
    if target == RefundState.REFUNDED:
        return {"refunded_at": at(2, 10)}
    return {"rejection_reason": "outside"} if target == RefundState.REJECTED else {}


@pytest.mark.parametrize("target", RefundState)
@pytest.mark.parametrize("origin", RefundState)
def test_R4_3_every_move_of_a_refund_is_declared_or_refused(
    in_operator_review: Refund, second_operator: User, origin: RefundState, target: RefundState
) -> None:
    refund = put(in_operator_review, origin, second_operator)
    if target == RefundState.APPROVED and (origin, target) in LEGAL:
        RefundApproval.objects.create(
            refund=refund, operator=second_operator, requested_by=refund.requested_by
        )
        answer_for("refund", refund.number, refund.seller, refund.amount, second_operator)
    if (origin, target) in LEGAL:
        refund.move_to(target, **columns_of(target))
        assert state_of(refund) == target
    else:
        with pytest.raises(IllegalTransition):
            refund.move_to(target, **columns_of(target))
        assert state_of(refund) == origin


@pytest.mark.parametrize(("origin", "target"), sorted(LEGAL))
def test_R4_3_a_stale_copy_of_a_refund_is_refused(
    in_operator_review: Refund, second_operator: User, origin: str, target: str
) -> None:
    """Two hold the same copy; the row follows the first, and the second changes nothing."""
    stale = put(in_operator_review, origin, second_operator)
    elsewhere = "refunded" if origin == "approved" else "withdrawn"
    Refund.objects.filter(pk=stale.pk).update(state=elsewhere, **columns_of(elsewhere))
    with pytest.raises(IllegalTransition):
        stale.move_to(target, **columns_of(target))
    assert (state_of(stale), stale.state) == (elsewhere, origin)


def test_R4_4_split_claims_meet_the_threshold(product: Product, operator: User) -> None:
    """Four of 7,500 on one order: the first takes two as well, since the others came before."""
    order = make_order(product, "30000", at(1, 5))
    claims = [
        request_refund(order.number, Decimal(7500), "x", "contract 7", actor=operator)
        for _ in range(4)
    ]
    oscar, otto = make_operator("oscar"), make_operator("otto")
    for claim in claims:
        agree_refund(claim.number, actor=a_spokesman())
        assert approve_refund(claim.number, actor=oscar).state == "operator_review"
        assert approve_refund(claim.number, actor=otto).state == "approved"
        assert Refund.objects.get(pk=claim.pk).approvals_needed == 2


def test_R4_4_nor_one_after_the_other(product: Product, operator: User) -> None:
    order, oscar = make_order(product, "30000", at(1, 5)), make_operator("oscar")
    states = []
    for _ in range(3):
        claim = request_refund(order.number, Decimal(4000), "x", "contract 7", actor=operator)
        agree_refund(claim.number, actor=a_spokesman())
        states.append(approve_refund(claim.number, actor=oscar).state)
    assert states == ["approved", "approved", "operator_review"]
