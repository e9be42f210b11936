"""Every operation of the published description, called on a running server with generated cases.

All of schemathesis's checks hold: no fault of ours, no answer that is not described, bad input
refused, good input understood. Besides, whatever is refused or merely read changes nothing in any
table. `CASES=5000 ./run test tests/koogallery/api/test_schemathesis.py` asks for more.
"""

import os
from collections.abc import Mapping
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import CHECKS

from koogallery.models import AccessToken, User
from tests.koogallery.api.test_scoping import WORDS
from tests.settlement.api.world import World, build_world
from tests.tables import every_table

CASES = int(os.environ.get("CASES", "400"))
REFUSED = 400
#: What a schema allows may still be none of the things meant (a cursor that nobody gave, a year
#: without cycles), break a rule, be of the wrong time, or name what is not there.
UNDERSTOOD = ["2xx", "304", "400", "401", "403", "404", "409", "412", "422"]
#: A refusal is kept for its key, so that the call can be sent again; a file read is on record, and
#: a bill's is made when it is first read (R3.2), and both are sealed (R7.3).
KEPT = {"koogallery_idempotencykey"}
RECORDED = {"koogallery_act", "settlement_billdocument", "settlement_sealedchange"}
CONFIG = schemathesis.Config.from_dict(
    {
        "checks": {"positive_data_acceptance": {"expected-statuses": UNDERSTOOD}},
        "generation": {"allow-x00": False},
    }
)
#: As many as are needed, the same ones every time.
HOUSE = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)


class Portal:
    """The server, an operator who calls it, and what its tables held after the last call."""

    def __init__(self, server: LiveServer, world: World) -> None:
        self.known = _known(world)
        User.objects.filter(pk=world.olga.pk).update(is_superuser=True)
        _, token = AccessToken.objects.create(user=world.olga, name="schemathesis")
        self.headers = {"Authorization": f"Bearer {token}"}
        address = f"{server.url}/api/v1/schema/?format=json"
        self.schema = schemathesis.openapi.from_url(address, config=CONFIG)
        self.session = requests.Session()
        self.held = every_table()
        self.calls = 0

    def call(self, case: Any) -> None:
        self.judge(case, case.call(headers=self.headers, session=self.session))

    def judge(self, case: Any, answer: Any) -> None:
        self.calls += 1
        before, holds = self.held, every_table()
        self.held = holds
        case.validate_response(answer, headers=self.headers, checks=[*CHECKS.get_all()])
        if answer.status_code >= REFUSED or case.method in {"GET", "HEAD", "OPTIONS"}:
            changed = {name for name in holds if holds[name] != before.get(name)} - KEPT
            left = changed - (RECORDED if answer.status_code < REFUSED else set())
            assert not left, f"{case.method} {case.path}: {answer.status_code}, {left}"

    def numbers(self, path: str) -> Mapping[str, str]:
        """What is there, by the name that it has in addresses and in bodies."""
        word = WORDS.get(path.split("/")[3], "")
        return {**self.known, "number": self.known.get(word, "")}


def _known(world: World) -> dict[str, str]:
    words = set(WORDS.values()) - {"usage", ""}
    numbers = {word: world.mine.fill(f"{{{word}}}") for word in words}
    return {**numbers, "line_no": "1", "date": "2026-03-09", "preview": world.preview.number}


@st.composite
def of_what_there_is(draw: Any, cases: Any, portal: Portal) -> Any:
    """A case, more often than not with a number that there is, so that it gets behind the door."""
    case = draw(cases)
    known = portal.numbers(case.path)
    for part in (case.path_parameters, case.body):
        if isinstance(part, dict):
            for name in part:
                if known.get(name) and draw(st.integers(0, 3)) < 3:
                    part[name] = known[name]
    return case


@pytest.fixture
def portal(live_server: LiveServer) -> Portal:
    return Portal(live_server, build_world())


@pytest.mark.django_db(transaction=True)
def test_every_operation_keeps_to_its_description_and_refuses_without_a_trace(
    portal: Portal,
) -> None:
    operations = [described(each) for each in portal.schema.get_all_operations()]
    failures = []
    for operation in operations:
        try:
            _check(portal, operation, max(CASES // len(operations), 1))
        except (AssertionError, BaseExceptionGroup) as failure:
            failures.append(f"{operation.label}: {failure}")
    assert not failures, "\n".join(failures)


def described(operation: Any) -> Any:
    return operation.ok()


def _check(portal: Portal, operation: Any, cases: int) -> None:
    @settings(HOUSE, max_examples=cases)
    @given(of_what_there_is(operation.as_strategy(), portal))
    def check(case: Any) -> None:
        portal.call(case)

    check()


@pytest.mark.django_db(transaction=True)
def test_calls_that_follow_from_one_another_keep_to_it_as_well(portal: Portal) -> None:
    class Story(portal.schema.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, _: Any) -> dict[str, Any]:
            return {"headers": portal.headers, "session": portal.session}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            portal.judge(case, response)

    Story.run(settings=settings(HOUSE, max_examples=max(CASES // 40, 1), stateful_step_count=6))
    assert portal.calls
