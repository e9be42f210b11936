"""What a load balancer is told: alive, ready, degraded, not ready; operators read why."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from koogallery.models import ScheduledTask
from tests.koogallery.outages.test_answers import NOWHERE
from tests.servers import client_of, served
from tests.settlement.builders import make_member, make_operator, make_seller
from tools.places import run_directory

pytestmark = pytest.mark.django_db


@pytest.fixture
def _beat(db: None) -> None:
    ScheduledTask.objects.create(task="a", sent_at=timezone.now(), done_at=timezone.now())


def told(client: Client | None = None) -> tuple[int, str]:
    answer = (client or Client(headers={"host": "10.0.0.7"})).get("/ready/")
    return answer.status_code, answer.content.decode()


@pytest.mark.usefixtures("_beat")
def test_all_is_there() -> None:
    assert told() == (200, "ready")


def test_without_beat_calls_are_answered_all_the_same() -> None:
    assert told() == (200, "degraded")


@pytest.mark.usefixtures("_beat")
def test_without_the_broker_too(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert told() == (200, "degraded")


@pytest.mark.usefixtures("_beat")
def test_a_release_before_its_migrations_is_not_ready() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'settlement'")
    assert told() == (503, "not ready")


@pytest.mark.usefixtures("_beat")
def test_a_wrong_clock_is_not_ready(settings: Settings) -> None:
    settings.CLOCK_TOLERANCE_SECONDS = 5
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert told() == (503, "not ready")


@pytest.mark.django_db(transaction=True)
def test_without_the_database_it_is_not_ready_and_lives() -> None:
    store = SessionStore()
    store.create()
    with (
        run_directory() as directory,
        served(Path(directory), DATABASE_URL=NOWHERE) as socket,
        client_of(socket) as client,
    ):
        answers = [client.get("/ready/"), client.get("/health/")]
        client.cookies.set("sessionid", str(store.session_key))
        of_a_browser = client.get("/ready/")
    assert [(each.status_code, each.text) for each in answers] == [(503, "not ready"), (200, "ok")]
    assert of_a_browser.status_code == 503


def test_operators_read_what_is_missing() -> None:
    operator, member = Client(), Client()
    operator.force_login(make_operator("olga"))
    member.force_login(make_member(make_seller(), "mia"))

    answer = operator.get("/ready/")

    assert answer.json() == {
        "database": "ok",
        "migrations": "ok",
        "clock": "ok",
        "schedule": "last ran at None",
        "worker": "last worked at None",
        "broker": "ok",
    }
    assert told(member) == (200, "degraded")
