import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.settlement.stateful.machine import Marketplace

#: Every invariant is proven after each step. A change of the close or of recoveries deserves a
#: night with CASES=10000.
EXAMPLES, STEPS = settings().max_examples // 10, 30


@pytest.mark.django_db
def test_R2_5_R5_4_R6_1_R7_1_hold_after_every_step() -> None:
    run_state_machine_as_test(
        Marketplace,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
