import pytest

from settlement.choices import BillState
from settlement.portal.next_steps import STEPS


@pytest.mark.parametrize("state", BillState)
def test_R3_3_every_state_says_what_happens_next(state: BillState) -> None:
    assert STEPS[state].what


@pytest.mark.parametrize("state", BillState)
def test_R3_3_somebody_acts_exactly_while_the_bill_can_move(state: BillState) -> None:
    """Of a paid bill only the bank moves anything, which sends the money back."""
    acts = bool(state.next) and state != BillState.PAID
    assert (STEPS[state].actor != "Nobody") is acts
