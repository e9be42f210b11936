import pickle

import pytest

from koogallery.kit.errors import (
    Conflict,
    DomainError,
    Forbidden,
    IllegalTransition,
    InvalidInput,
    NotFound,
    Violation,
    refuse,
)

NEGATIVE = Violation("paid_amount", "negative", "The amount is negative.", "R2.1")
FOREIGN = Violation("currency", "foreign_currency", "It is not the seller's.", "R2.8")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (InvalidInput, 422, "invalid"),
        (Forbidden, 403, "forbidden"),
        (NotFound, 404, "not_found"),
        (Conflict, 409, "conflict"),
        (IllegalTransition, 409, "illegal_transition"),
    ],
)
def test_every_refusal_has_a_status_and_a_code(
    kind: type[DomainError], status: int, code: str
) -> None:
    refusal = kind("Not like this.")
    assert (refusal.status, refusal.code, refusal.rule, refusal.field) == (
        status,
        code,
        "",
        "",
    )
    assert str(refusal) == refusal.detail == "Not like this."


def test_a_refusal_names_its_rule_and_field() -> None:
    refusal = InvalidInput("Too much.", code="too_much", rule="R4.1", field="amount")
    assert refusal.violations == (Violation("amount", "too_much", "Too much.", "R4.1"),)


def test_several_violations_make_one_refusal() -> None:
    with pytest.raises(InvalidInput) as refusal:
        refuse([NEGATIVE, FOREIGN])
    assert refusal.value.violations == (NEGATIVE, FOREIGN)
    assert refusal.value.detail == "The amount is negative. It is not the seller's."
    assert (refusal.value.code, refusal.value.rule) == ("negative", "R2.1")


def test_a_conflict_names_all_that_stands_in_its_way() -> None:
    refusal = Conflict.of([NEGATIVE, FOREIGN])
    assert (refusal.status, refusal.violations) == (409, (NEGATIVE, FOREIGN))
    assert (refusal.code, refusal.rule, refusal.field) == ("negative", "R2.1", "paid_amount")
    assert Conflict("Gone.", code="gone").violations == (Violation("", "gone", "Gone."),)


def test_nothing_violated_refuses_nothing() -> None:
    refuse([])


def test_a_refusal_survives_the_way_back_from_a_worker() -> None:
    refusal = pickle.loads(pickle.dumps(InvalidInput.of([NEGATIVE, FOREIGN])))
    assert refusal.violations == (NEGATIVE, FOREIGN)
    assert (refusal.code, refusal.rule, refusal.field) == (
        "negative",
        "R2.1",
        "paid_amount",
    )
