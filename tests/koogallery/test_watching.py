"""`/metrics/`: who may read it, what it says of the portal, and what of its processes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from koogallery import metrics
from koogallery.kit.cycles import Cycle
from koogallery.models import ScheduledTask
from settlement.models import InvariantResult
from settlement.services.closing.runs import request_run
from tests import world
from tests.koogallery.outages.test_answers import NOWHERE
from tests.servers import client_of, served
from tools.places import run_directory

TOKEN = "prometheus reads by it"
READER = {"authorization": f"Bearer {TOKEN}"}

Samples = dict[tuple[str, ...], float]


def samples(text: str) -> Samples:
    """(name, labels in the order of their names …) -> value."""
    return {
        (
            each.name.removeprefix("koogallery_"),
            *(word for _, word in sorted(each.labels.items())),
        ): each.value
        for family in text_string_to_metric_families(text)
        for each in family.samples
    }


@pytest.fixture
def _readable(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def told() -> Samples:
    answer = Client(headers=READER).get("/metrics/")
    assert answer.status_code == 200
    return samples(answer.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "networks", "authorization", "status"),
    [
        ("", [], "", 404),
        ("", [], "Bearer ", 404),
        (TOKEN, [], "", 404),
        (TOKEN, [], TOKEN, 404),
        (TOKEN, [], f"Bearer {TOKEN}x", 404),
        (TOKEN, [], f"Bearer {TOKEN}", 200),
        ("", ["10.0.0.0/8"], "", 404),
        ("", ["10.0.0.0/8", "127.0.0.1"], "", 200),
    ],
)
def test_it_is_read_by_whom_the_settings_name(
    settings: Settings, token: str, networks: list[str], authorization: str, status: int
) -> None:
    settings.METRICS_TOKEN, settings.METRICS_FROM = token, networks
    settings.SECURE_SSL_REDIRECT = status == 200
    client = Client(headers={"authorization": authorization})
    assert client.get("/metrics/").status_code == status


@pytest.mark.django_db
@pytest.mark.usefixtures("_readable")
def test_what_waits_and_what_is_wrong() -> None:
    now = timezone.now()
    ScheduledTask.objects.create(task="a", sent_at=now, done_at=now - timedelta(minutes=5))
    InvariantResult.objects.create(name="a", sentence="A.", holds=False, checked=1)
    seller = world.a_seller(required_deposit="50")
    world.close("202401", seller)
    world.a_refund(world.an_order(world.a_product(seller), "30", "2024-02-10"), "10")
    run = request_run(Cycle("202402"), None, actor=world.an_operator("olga"))
    type(run).objects.update(progressed_at=now - timedelta(hours=1))

    found = told()

    assert found["check", "database"] == 1 and found["check", "worker"] == 0
    assert found["queue_rows", "false", "refunds-to-be-paid-out"] == 1
    assert found["queue_amount", "USD", "refunds-to-be-paid-out"] == 10
    assert found["queue_is_late", "refunds-to-be-paid-out"] == 0
    assert found["queue_rows", "true", "invariants-that-fail"] == 1
    assert found["invariant_holds", "a"] == 0
    assert found["backlog_rows", "notices"] > 0
    assert found["backlog_oldest_timestamp_seconds", "notices"] == pytest.approx(
        time.time(), abs=60
    )
    assert found["run_sellers", "202402", run.number, "all"] == 1
    assert found["run_stands_since_timestamp_seconds", "202402", run.number] == pytest.approx(
        time.time() - 3600, abs=60
    )
    assert [name for name, *_ in found if name == "seal_root_timestamp_seconds"] == []
    assert {value for (name, *_), value in found.items() if name == "reading_failed"} == {0}


@pytest.mark.django_db
@pytest.mark.usefixtures("_readable")
def test_what_cannot_be_read_is_told_and_keeps_nothing_else(settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE settlement_invariantresult RENAME TO gone")
    found = told()
    failed = {
        part[0] for (name, *part), value in found.items() if name == "reading_failed" and value
    }
    assert failed == {"broker", "books", "queues"}
    assert found["backlog_rows", "mail"] == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("_readable")
def test_statements_that_take_long_where_the_server_counts_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE pg_stat_statements ON COMMIT DROP AS SELECT 7::bigint AS queryid,"
            " E'SELECT\n  1' AS query, 1500.0 AS mean_exec_time, 3000.0 AS total_exec_time"
        )
    found = told()
    assert found["statement_mean_seconds", "7", "SELECT 1"] == 1.5
    assert found["statement_seconds", "7", "SELECT 1"] == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("_readable")
def test_more_rows_cost_no_more_queries() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            told()
        return len(counted)

    few = queries()
    seller = world.a_seller(required_deposit="50")
    for _ in range(3):
        world.a_refund(world.an_order(world.a_product(seller), "30", "2024-02-10"), "10")
    assert queries() == few


@pytest.mark.django_db(transaction=True)
def test_what_all_processes_of_a_host_count_without_a_database_too(settings: Settings) -> None:
    """A web process reads them at its address, a worker serves them at its own."""
    with run_directory() as directory:
        shared = {"PROMETHEUS_MULTIPROC_DIR": str(directory / "metrics")}
        web = {"METRICS_TOKEN": TOKEN, "DATABASE_URL": NOWHERE, "LOG_LEVEL": "CRITICAL"}
        with served(directory, **shared, **web) as socket, client_of(socket) as client:
            for path in ("/api/v1/me/", "/health/", "/nowhere"):
                client.get(path)
            client.request("BREW", "/nowhere")
            subprocess.run([sys.executable, "-c", TASKS], env=os.environ | shared, check=True)
            found = samples(client.get("/metrics/", headers=READER).text)
        settings.METRICS_DIR, settings.METRICS_TOKEN = shared["PROMETHEUS_MULTIPROC_DIR"], TOKEN
        with worker_told() as (read, refused):
            of_worker, status = samples(read()), refused()
    assert found["request_seconds_count", "GET", "401", "api:me-list"] == 1
    assert found["request_seconds_count", "GET", "404", ""] == 1
    assert found["request_seconds_count", "other", "404", ""] == 1
    assert found["task_seconds_count", "failure", "koogallery.tasks.b"] == 1
    assert found["task_seconds_count", "success", "koogallery.tasks.a"] == 2
    assert found["check", "database"] == 0 and found["reading_failed", "queues"] == 1
    assert [name for name, *_ in found if name.endswith("_count")] == [
        name for name, *_ in of_worker if name.endswith("_count")
    ]
    assert status == 404


#: A worker's children, as they count.
TASKS = """
import django; django.setup()
from contextlib import suppress
from koogallery.metrics import counted_task
for _ in range(2):
    with counted_task("koogallery.tasks.a"): pass
with suppress(ValueError), counted_task("koogallery.tasks.b"): raise ValueError
"""


@contextmanager
def worker_told() -> Iterator[tuple[Callable[[], str], Callable[[], int]]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), metrics._Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/metrics/"
        yield (lambda: httpx.get(url, headers=READER).text), (lambda: httpx.get(url).status_code)
        server.shutdown()
