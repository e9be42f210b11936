"""A few rounds in which something goes wrong, and that each guard is missed once it is gone (R1.7).

`python -m tests.simulator` plays thousands; a seed and a number are a round for ever.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.simulator.faults import Fault
from tests.simulator.guards import GUARDS, without
from tests.simulator.rounds import Simulator, Tally

pytestmark = pytest.mark.django_db(transaction=True)

#: Guard -> a script, and what goes wrong in it that only this guard makes good.
MISSED = {
    "the idempotency key": (1, Fault("process killed after", 138, 61)),
    "runs are taken up": (2, Fault("process killed after", 116, 292)),
    "exports are taken up": (12, Fault("broker away", 3, 0)),
    "the lease of an endpoint ends": (16, Fault("call made, not noted", 1, 0)),
    "the id of a mail": (4, Fault("mail taken, not noted", 1, 394)),
    "the clock of who moves money": (4, Fault("clock back", 4, 0)),
}


@pytest.fixture(scope="module")
def simulator(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Simulator]:
    with django_db_blocker.unblock():
        simulator = Simulator()
        yield simulator
        simulator.admin.close()


def test_R1_7_rounds_with_faults_end_as_without(simulator: Simulator) -> None:
    *_, tally = simulator.run(seed=1, rounds=8)
    assert [str(failed) for failed in tally.failed] == []
    assert tally.struck.total() >= 4


def test_every_guard_is_taken_out() -> None:
    assert MISSED.keys() == GUARDS.keys()


@pytest.mark.parametrize("guard", MISSED)
def test_R1_7_without_a_guard_its_round_fails(simulator: Simulator, guard: str) -> None:
    seed, fault = MISSED[guard]
    base = simulator.undisturbed(seed)
    with without(guard):
        told = (each for each in around(fault) if simulator.disturbed(base, [each], Tally()))
        missed = next(told, None)
    assert missed
    assert simulator.disturbed(base, [missed], Tally()) == []


def around(fault: Fault) -> Iterator[Fault]:
    """Here, or a few statements away, to where another statement of a call has moved it."""
    yield fault
    for by in range(1, 15):
        yield replace(fault, place=fault.place + by)
        yield replace(fault, place=max(fault.place - by, 0))
