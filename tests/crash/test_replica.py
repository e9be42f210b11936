"""A hot standby answers readers, but never without what they wrote themselves (ADR 0036)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from pytest_django import Settings

from koogallery import replica
from koogallery.exports.jobs import open_export, write_export
from koogallery.models import AccessToken, ExportJob, User
from koogallery.replica import ALIAS, HEADER
from sellers.models import Product
from tests.callers import Caller
from tests.crash.marketplace import sell
from tests.crash.servers import Servers, until
from tests.world import an_operator
from tools.accounts import account_for
from tools.postgresql import DURABLE, _programs, start_postgresql
from tools.processes import Crew

LATE = "S00-202403-late"


@pytest.fixture
def standby(
    servers: Servers, copy: str, tmp_path_factory: pytest.TempPathFactory, settings: Settings
) -> Iterator[tuple[Crew, str]]:
    """Its processes and address, streaming from the copy's server; Django knows of it."""
    settings.REPLICA_MAX_LAG = 3600  # nothing is written here but by the test
    data = tmp_path_factory.mktemp("standby") / "data"
    program = _programs(servers.run, None) / "pg_basebackup"
    options = ["--write-recovery-conf", "--checkpoint", "fast"]
    subprocess.run(
        [program, "--dbname", servers.url(copy), "--pgdata", data, *options],
        check=True,
        capture_output=True,
    )
    if account := account_for(servers.data):
        for path in (data.parent, data, *data.rglob("*")):
            account.own(path)
    run = servers.run / "standby"
    run.mkdir(mode=0o711)
    with Crew() as crew:
        url = f"{start_postgresql(crew, data, run, DURABLE).rpartition('/')[0]}/{copy}"
        host = unquote(urlsplit(url).hostname or "")
        connections.databases[ALIAS] = {**connections.databases["default"], "HOST": host}
        cache.set("replica:since", 0, None)
        try:
            yield crew, url
        finally:
            connections[ALIAS].close()
            del connections[ALIAS], connections.databases[ALIAS]
            cache.clear()


def _caller(name: str) -> Caller:
    return Caller(AccessToken.objects.create(user=an_operator(name), name=name)[1])


def _ask(url: str, statement: str) -> Any:
    with psycopg.connect(url, autocommit=True) as admin:
        [found] = admin.execute(statement.encode()).fetchone() or [None]
    return found


@contextmanager
def _standing_still(url: str) -> Iterator[None]:
    _ask(url, "SELECT pg_wal_replay_pause()::text")
    until(lambda: _ask(url, "SELECT pg_get_wal_replay_pause_state()") == "paused")
    try:
        yield
    finally:
        _ask(url, "SELECT pg_wal_replay_resume()::text")


def test_readers_are_answered_by_a_standby_that_has_what_they_wrote(
    servers: Servers,
    standby: tuple[Crew, str],
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.EXPORTS_DIR = tmp_path
    crew, url = standby
    product = Product.objects.order_by("pk").first()
    assert product
    orders = f"/orders/?product={product.number}&page_size=500"
    olga, omar, oona = map(_caller, ["olga", "omar", "oona"])
    page = Client()
    page.force_login(User.objects.get(username="omar"))
    written = _ask(servers.url("postgres"), "SELECT pg_current_wal_insert_lsn()::text")
    behind = f"SELECT pg_last_wal_replay_lsn() < '{written}'"
    until(lambda: not _ask(url, behind))
    before = len(omar.get(orders).body["results"])

    def read(who: Caller, query: str = "") -> tuple[bool, int]:
        """Whether the standby answered, and with how many orders."""
        answer = who.get(orders + query)
        return HEADER in answer.response.headers, len(answer.body["results"])

    with _standing_still(url):
        sell(product, [LATE])
        asked = olga.post("/exports/", {"list": "orders", "format": "csv"}).body["number"]
        assert (read(olga), read(omar)) == ((False, before + 1), (True, before))
        assert HEADER in page.get("/admin/").headers
        assert "As of" in page.get("/admin/sellers/order/").content.decode()
        assert read(omar, "&modified_since=2024-01-01T00:00:00Z") == (False, before + 1)
        assert omar.get(f"/orders/{LATE}/").status == 200
        assert read(omar) == (False, before + 1), "what was found vanished again"
        assert read(oona) == (True, before)
        settings.REPLICA_MAX_LAG = 0.2
        assert not replica.waited_for()
        assert read(oona) == (False, before + 1)
        settings.REPLICA_MAX_LAG = 3600
        cache.delete("replica:since")
        assert read(oona) == (False, before + 1)
        cache.set("replica:since", 0, None)

    until(lambda: read(olga) == (True, before + 1))
    reading = Mock(wraps=replica.reading)
    with monkeypatch.context() as patch:
        patch.setattr(replica, "reading", reading)
        write_export(asked)
    with open_export(asked, actor=an_operator("olga")) as file:
        rows = file.read().decode().splitlines()
    assert ExportJob.objects.get(number=asked).rows_done == len(rows) - 1
    assert (reading.call_count, any(LATE in row for row in rows)) == (1, True)

    [server] = crew.parts
    server.process.kill()
    server.process.wait()
    assert read(omar) == (False, before + 1)
