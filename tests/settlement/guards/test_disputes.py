"""What the database refuses about disputes, whoever asks (R3.4)."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from koogallery.models import User
from settlement.models import Dispute
from settlement.services.bills.disputes import accept_dispute, open_dispute
from tests.books import execute, refused_by
from tests.standing import standing
from tests.world import a_product, a_seller, an_adjustment, an_operator, an_order, close, the_bill

pytestmark = pytest.mark.django_db

INSERT = """
INSERT INTO settlement_dispute SELECT (jsonb_populate_record(d, %(changes)s::jsonb)).*
FROM settlement_dispute d WHERE id = %(dispute)s
"""
ANSWER = """
UPDATE settlement_dispute SET answer = 'right', answered_at = now(), answered_by_id = %(oscar)s,
    state = 'accepted'"""


@pytest.fixture
def oscar() -> User:
    return an_operator("oscar")


@standing
def standing_dispute() -> Dispute:
    """Of line 1 of A's only bill, recorded by olga; B has a bill, too."""
    for number in ("A", "B"):
        seller = a_seller(number)
        an_order(a_product(seller), "100.00", "2024-01-10")
        close("202401", seller)
    return open_dispute("B202401-A", 1, "too little", actor=an_operator("olga"))


@pytest.fixture
def dispute(standing_dispute: Dispute) -> Dispute:
    return deepcopy(standing_dispute)


@pytest.mark.parametrize("line_no", ["1", "null"])
def test_R3_4_one_dispute_of_a_bill_or_line_is_open(dispute: Dispute, line_no: str) -> None:
    changes = f'{{"id": -1, "number": "two", "line_no": {line_no}}}'
    if line_no == "null":
        execute(INSERT, dispute=dispute.pk, changes=changes.replace("-1", "-2").replace("two", "2"))
    with refused_by("one_open_dispute_per_bill_and_line"):
        execute(INSERT, dispute=dispute.pk, changes=changes)


def test_R3_4_a_disputed_line_is_on_the_bill(dispute: Dispute) -> None:
    with refused_by("a_disputed_line_is_of_its_bill"):
        changes = '{"id": -1, "number": "two", "line_no": 2}'
        execute(INSERT, dispute=dispute.pk, changes=changes)


def test_R3_4_a_dispute_is_of_the_bills_seller(dispute: Dispute) -> None:
    bill = the_bill(a_seller("B"), "202401")
    with refused_by("a_dispute_is_of_its_bills_seller"):
        changes = f'{{"id": -1, "number": "two", "bill_id": {bill.pk}}}'
        execute(INSERT, dispute=dispute.pk, changes=changes)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("an_answered_dispute_has_its_answer", "state = 'accepted'"),
        (
            "an_answered_dispute_has_its_answer",
            "state = 'declined', answered_by_id = %(oscar)s, answered_at = now()",
        ),
        ("an_answered_dispute_has_its_answer", "state = 'declined', answer = 'no'"),
        ("an_answered_dispute_has_its_answer", "answer = 'no'"),
        ("an_answered_dispute_has_its_answer", "state = 'withdrawn', answered_by_id = %(oscar)s"),
        ("a_dispute_is_in_a_known_state", "state = 'gone'"),
        ("a_dispute_keeps_its_claim", "amount = 1"),
        ("a_dispute_keeps_its_claim", "line_no = NULL"),
        ("a_dispute_keeps_its_claim", "reason = 'more'"),
        ("a_dispute_keeps_its_claim", "opened_by_id = %(oscar)s"),
    ],
)
def test_R3_4_a_dispute_that_is_wrong_in_itself_is_refused(
    dispute: Dispute, oscar: User, constraint: str, change: str
) -> None:
    with refused_by(constraint):
        execute(f"UPDATE settlement_dispute SET {change}", oscar=oscar.pk)


def test_R3_4_a_disputed_amount_is_not_nothing(dispute: Dispute) -> None:
    with refused_by("a_disputed_amount_is_not_nothing"):
        changes = '{"id": -1, "number": "two", "line_no": null, "amount": 0}'
        execute(INSERT, dispute=dispute.pk, changes=changes)


def test_R3_4_the_opener_does_not_answer(dispute: Dispute) -> None:
    with refused_by("the_opener_does_not_answer"):
        execute(ANSWER, oscar=dispute.opened_by_id)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("an_accepted_difference_has_its_adjustment", "difference = 5"),
        ("a_difference_is_adjusted_on_its_bill", "adjustment_id = %(adjustment)s"),
        (
            "a_difference_is_adjusted_on_its_bill",
            "adjustment_id = %(adjustment)s, difference = 6",
        ),
        ("a_difference_is_adjusted_on_its_bill", "adjustment_id = %(others)s, difference = 5"),
    ],
)
def test_R3_4_a_difference_has_its_adjustment_of_the_same_bill(
    dispute: Dispute, oscar: User, constraint: str, change: str
) -> None:
    values: dict[str, Any] = {
        "oscar": oscar.pk,
        "adjustment": an_adjustment(dispute.bill, "5").pk,
        "others": an_adjustment(the_bill(a_seller("B"), "202401"), "5").pk,
    }
    with refused_by(constraint):
        execute(f"{ANSWER}, {change}", **values)
    execute(f"{ANSWER}, adjustment_id = %(adjustment)s, difference = 5", **values)


def test_R3_4_a_declined_dispute_adjusts_nothing(dispute: Dispute, oscar: User) -> None:
    adjustment = an_adjustment(dispute.bill, "5")
    with refused_by("an_accepted_difference_has_its_adjustment"):
        execute(
            ANSWER.replace("accepted", "declined") + ", adjustment_id = %(adjusted)s, difference=5",
            oscar=oscar.pk,
            adjusted=adjustment.pk,
        )


def test_R3_4_an_answer_is_final(dispute: Dispute, oscar: User) -> None:
    accept_dispute(dispute.number, "right", Decimal(5), actor=oscar)
    for change in ("answer = 'wrong'", "state = 'declined'", "difference = NULL"):
        with refused_by("a_dispute_keeps_its_claim"):
            execute(f"UPDATE settlement_dispute SET {change}")
    with refused_by("a_dispute_keeps_its_claim"):
        execute("DELETE FROM settlement_dispute")
