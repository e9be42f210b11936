"""What the database refuses about refunds, whoever asks (R4)."""

import pytest

from koogallery.models import User
from settlement.models import Refund
from tests.books import execute, refused_by
from tests.world import a_product, a_refund, a_seller, an_operator, an_order

pytestmark = pytest.mark.django_db

INSERT_REFUND = """
INSERT INTO settlement_refund SELECT (jsonb_populate_record(r, %(changes)s::jsonb)).*
FROM settlement_refund r WHERE id = %(refund)s
"""
APPROVE = """
INSERT INTO settlement_refundapproval (refund_id, operator_id, requested_by_id, comment, at)
VALUES (%(refund)s, %(operator)s, %(requester)s, '', now())
"""


@pytest.fixture
def refund() -> Refund:
    """60.00 of an order of 100.00, asked for by olga and waiting for another operator."""
    order = an_order(a_product(a_seller()), "100.00", "2024-01-10", number="order")
    return Refund.objects.create(
        number="refund",
        seller=order.seller,
        order=order,
        currency="USD",
        amount=60,
        reason="not needed",
        state="operator_review",
        requested_by=an_operator("olga"),
    )


@pytest.fixture
def oscar() -> User:
    return an_operator("oscar")


def test_R4_1_refunds_of_one_order_never_exceed_what_was_paid(refund: Refund) -> None:
    with refused_by("refunds_stay_within_the_amount_paid"):
        execute(
            INSERT_REFUND, refund=refund.pk, changes='{"id": -1, "number": "two", "amount": 40.001}'
        )
    execute(INSERT_REFUND, refund=refund.pk, changes='{"id": -1, "number": "two", "amount": 40}')


def test_R4_1_a_rejected_claim_does_not_come_back_beside_another(refund: Refund) -> None:
    changes = '{"id": -1, "number": "two", "state": "rejected", "rejection_reason": "no"}'
    execute(INSERT_REFUND, refund=refund.pk, changes=changes)
    with refused_by("a_refund_keeps_its_claim"):
        execute("UPDATE settlement_refund SET state = 'operator_review' WHERE number = 'two'")


def test_R4_1_an_order_is_not_reduced_below_its_refunds(refund: Refund) -> None:
    with refused_by("refunds_stay_within_the_amount_paid"):
        execute("UPDATE sellers_order SET paid_amount = 59.999, sales_amount = 50")


@pytest.mark.parametrize(
    "change",
    ["amount = 61", "approvals_needed = 0", "currency = 'EUR'", "requested_by_id = %(oscar)s"],
)
def test_R4_3_a_refund_keeps_its_claim(refund: Refund, oscar: User, change: str) -> None:
    with refused_by("a_refund_keeps_its_claim"):
        execute(f"UPDATE settlement_refund SET {change}", oscar=oscar.pk)


def test_R4_4_the_requester_does_not_approve(refund: Refund, oscar: User) -> None:
    olga = refund.requested_by_id
    with refused_by("requester_is_not_approver"):
        execute(APPROVE, refund=refund.pk, operator=olga, requester=olga)
    with refused_by("requester_is_not_approver"):  # not even by naming another requester
        execute(APPROVE, refund=refund.pk, operator=olga, requester=oscar.pk)


def test_R4_4_nobody_approves_twice(refund: Refund, oscar: User) -> None:
    approval = {"refund": refund.pk, "operator": oscar.pk, "requester": refund.requested_by_id}
    execute(APPROVE, **approval)
    with refused_by("approvers_are_different"):
        execute(APPROVE, **approval)


def test_R4_4_nothing_is_approved_before_its_review(refund: Refund, oscar: User) -> None:
    execute("UPDATE settlement_refund SET state = 'seller_review'")
    with refused_by("requester_is_not_approver"):
        execute(APPROVE, refund=refund.pk, operator=oscar.pk, requester=refund.requested_by_id)


def test_R4_4_an_approval_is_never_changed_or_deleted(refund: Refund, oscar: User) -> None:
    execute(APPROVE, refund=refund.pk, operator=oscar.pk, requester=refund.requested_by_id)
    with refused_by("insert_only"):
        execute("UPDATE settlement_refundapproval SET comment = 'well'")
    with refused_by("insert_only"):
        execute("DELETE FROM settlement_refundapproval")


@pytest.mark.parametrize(
    "change",
    ["state = 'approved', approved_at = now()", "state = 'refunded', refunded_at = now()"],
)
def test_R4_4_nothing_is_approved_without_approvals(refund: Refund, change: str) -> None:
    with refused_by("approved_means_approved_by_enough"):
        execute(f"UPDATE settlement_refund SET {change}")


def test_R4_4_nothing_is_recorded_as_approved_at_once(refund: Refund) -> None:
    changes = '{"id": -1, "number": "two", "amount": 1, "state": "approved"}'
    with refused_by("approved_means_approved_by_enough"):
        execute(INSERT_REFUND, refund=refund.pk, changes=changes)


def test_R4_5_what_was_paid_out_stays_so() -> None:
    order = an_order(a_product(a_seller()), "100.00", "2024-01-10")
    a_refund(order, "60.00", paid_out="2024-01-12")
    with refused_by("a_refund_keeps_its_claim"):
        execute("UPDATE settlement_refund SET state = 'approved', refunded_at = NULL")
    with refused_by("refunded_means_paid_out"):
        execute("UPDATE settlement_refund SET refunded_at = NULL")


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("refunded_means_paid_out", "refunded_at = now()"),
        ("a_rejection_gives_its_reason", "state = 'rejected'"),
    ],
)
def test_R4_3_a_refund_that_is_wrong_in_itself_is_refused(
    refund: Refund, constraint: str, change: str
) -> None:
    with refused_by(constraint):
        execute(f"UPDATE settlement_refund SET {change}")


def test_R4_1_a_refund_is_positive(refund: Refund) -> None:
    with refused_by("a_refund_is_positive"):
        execute(INSERT_REFUND, refund=refund.pk, changes='{"id": -1, "number": "two", "amount": 0}')
