"""A Redis that hangs, or is gone: calls are answered, and what is asked for is kept."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import RequestFactory
from redis.exceptions import RedisError

from koogallery.failing import answer_failure
from settlement.models import BillPreview
from tests.koogallery.outages.test_answers import token_of
from tests.servers import client_of, served
from tests.settlement.builders import make_operator
from tools.places import run_directory
from tools.processes import Crew
from tools.servers import start_redis

pytestmark = pytest.mark.django_db(transaction=True)

#: Seconds; without limits of its own a call waited for minutes.
PATIENCE = 30


@pytest.fixture
def directory() -> Iterator[Path]:
    with run_directory() as found:
        yield found


@pytest.mark.parametrize("state", ["hung", "gone"])
def test_what_is_asked_for_is_kept_and_done_later(directory: Path, state: str) -> None:
    headers = token_of(make_operator("olga"))
    with Crew() as crew:
        url = start_redis(crew, directory)
        redis = crew.parts[0]
        with served(directory, REDIS_URL=url) as socket, client_of(socket) as client:
            redis.process.send_signal(signal.SIGSTOP if state == "hung" else signal.SIGKILL)
            read = client.get("/api/v1/bills/", headers=headers, timeout=PATIENCE)
            path, body = "/api/v1/bill-previews/", {"cycle": "202601"}
            asked = client.post(path, json=body, headers=headers, timeout=PATIENCE)
            told = client.get("/ready/", timeout=PATIENCE)
            if state == "hung":
                redis.process.send_signal(signal.SIGCONT)
    assert (read.status_code, asked.status_code) == (200, 202)
    assert (told.status_code, told.text) == (200, "degraded")
    assert BillPreview.objects.get().state == "queued"


def _lose_redis() -> None:
    raise RedisError


def test_a_call_that_cannot_do_without_it_says_so(rf: RequestFactory) -> None:
    try:
        _lose_redis()
    except RedisError:
        answer = answer_failure(rf.post("/api/v1/orders/"))
    told = json.loads(answer.content)
    assert (told["status"], told["type"].endswith("redis_away")) == (503, True)
    assert answer["Retry-After"] == "5"
