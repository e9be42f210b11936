from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.kit.money import ZERO
from settlement.rules.deposits import balance_after, signed_change

KINDS = ["top_up", "refund_recovery", "penalty", "return", "adjustment"]


@pytest.mark.parametrize(
    ("kind", "amount", "balance"),
    [
        ("top_up", "50", "150"),
        ("refund_recovery", "50", "50"),
        ("penalty", "100", "0"),
        ("return", "99.99", "0.01"),
        ("adjustment", "5", "105"),
        ("adjustment", "-5", "95"),
    ],
)
def test_R6_1_a_movement_has_the_sign_of_its_kind(kind: str, amount: str, balance: str) -> None:
    assert balance_after(Decimal(100), kind, Decimal(amount)) == Decimal(balance)


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("refund_recovery", "100.01"),
        ("penalty", "101"),
        ("return", "101"),
        ("adjustment", "-101"),
    ],
)
def test_R6_1_a_deposit_is_never_below_zero(kind: str, amount: str) -> None:
    with pytest.raises(Conflict) as refusal:
        balance_after(Decimal(100), kind, Decimal(amount))
    assert (refusal.value.code, refusal.value.rule) == ("deposit_too_low", "R6.1")


@pytest.mark.parametrize("kind", ["top_up", "refund_recovery", "penalty", "return"])
@pytest.mark.parametrize("amount", ["0", "-1"])
def test_R6_1_an_amount_is_above_zero(kind: str, amount: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        signed_change(kind, Decimal(amount))
    assert (refusal.value.code, refusal.value.field) == ("not_positive", "amount")


def test_R6_1_an_adjustment_changes_something() -> None:
    with pytest.raises(InvalidInput):
        signed_change("adjustment", ZERO)


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.decimals(-100, 100, places=2))))
def test_R6_1_no_series_of_movements_overdraws_a_deposit(
    movements: list[tuple[str, Decimal]],
) -> None:
    balance = changed = ZERO
    for kind, amount in movements:
        try:
            balance = balance_after(balance, kind, amount)
        except (Conflict, InvalidInput):
            continue
        changed += signed_change(kind, amount)
    assert balance == changed >= ZERO
