"""A restore to the second, by the very commands of docs/operations.md, proven from outside."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings
from redis import Redis

from koogallery.models import AccessToken, User
from sellers.models import Order, Product
from settlement.models import Bill, SealRoot
from settlement.readings.bill_files import make_document
from settlement.readings.exported_proofs import proof_to_export
from settlement.services.sealing.roots import sign_day
from tests.books import select
from tests.crash.books import Books, books_of
from tests.crash.marketplace import CLOSING, close_in_peace, sell
from tests.crash.servers import Servers, pointed_at, until
from tests.crash.typing import Operator
from tests.servers import client_of
from tools.accounts import account_for
from tools.postgresql import DURABLE, _programs, start_postgresql
from tools.processes import Crew

ARCHIVED = "SELECT last_archived_wal >= %(wal)s FROM pg_stat_archiver"


@pytest.fixture
def backups(servers: Servers) -> Path:
    """Where the database's account may write, as may who restores."""
    place = servers.run / "backups"
    for directory in (place, place / "wal", servers.run / "restored"):
        directory.mkdir()
        if account := account_for(servers.data):
            account.own(directory)
    return place


def test_R7_3_a_restore_to_the_second_is_proven(
    servers: Servers, copy: str, backups: Path, tmp_path: Path, settings: Settings
) -> None:
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    restored, roots = servers.run / "restored", tmp_path / "roots.json"
    close_in_peace()
    bill = Bill.objects.filter(cycle=CLOSING).first()
    assert bill
    make_document(bill, "csv")
    sign_day()
    roots.write_text(json.dumps([root.as_published() for root in SealRoot.objects.all()]))
    proof, account = proof_to_export(bill), account_for(servers.data)
    assert proof
    auditor = User.objects.create_user("ada", is_staff=True, operator_roles=["auditor"])
    _, token = AccessToken.objects.create(user=auditor, name="audit")
    operator = Operator(
        "Restoring",
        _programs(servers.run, None),
        BACKUPS=str(backups),
        RESTORED=str(restored),
        OWNER_DATABASE_URL=servers.url(copy),
        ATTACHMENTS_DIR=str(settings.ATTACHMENTS_DIR),
        POSTGRES=str(account.uid if account else os.geteuid()),
    )
    operator.type_next()
    operator.type_next()
    product = Product.objects.get(seller=bill.seller)
    at_that_second, instant = _sold(product, "before")
    time.sleep(1)
    assert _sold(product, "after")[0] != at_that_second
    [wal] = select("SELECT pg_walfile_name(pg_switch_wal())")
    until(lambda: select(ARCHIVED, wal=wal) == [True])
    make_document(bill, "xlsx")

    operator.type_next(UNTIL=instant)
    with Crew() as crew:
        url = start_postgresql(crew, restored / "postgresql", backups, DURABLE)
        url = f"{url.rpartition('/')[0]}/{copy}"
        until(lambda: _is_open(url))
        told = operator.type_next(
            DATABASE_URL=url,
            ATTACHMENTS_DIR=str(restored / "attachments"),
            ROOTS=str(roots),
            BILL=bill.number,
            SEAL=proof["seal"],
        )
        with pointed_at(url):
            assert books_of() == at_that_second
            connection.close()
        assert "invariants hold" in told
        with ExitStack() as stack:
            audited = stack.enter_context(_audited(operator, restored, url))
            asked = stack.enter_context(client_of(audited))
            asked.headers = {"Authorization": f"Bearer {token}"}
            orders = f"/api/v1/orders/?product={product.number}&page_size=500"
            numbers = {each["number"] for each in asked.get(orders).json()["results"]}
            sold = f"{product.seller.number}-{CLOSING}"
            assert (f"{sold}-before" in numbers, f"{sold}-after" in numbers) == (True, False)
            waiting = _tasks(servers.broker)
            body = {"list": "bills", "format": "csv"}
            assert asked.post("/api/v1/exports/", json=body).status_code == 202
            assert (_tasks(servers.broker), _tasks(f"unix://{restored}/redis.sock")) == (waiting, 1)
    assert Order.objects.filter(number=f"{sold}-after").exists()
    assert operator.blocks == []


@contextmanager
def _audited(operator: Operator, restored: Path, url: str) -> Iterator[Path]:
    """The socket at which the restored month is read; what was started for it ends."""
    socket = restored / "audited"
    operator.type_next(
        DATABASE_URL=url,
        ATTACHMENTS_DIR=str(restored / "attachments"),
        AUDITED=f"unix:{socket}",
    )
    try:
        until(socket.exists)
        yield socket
    finally:
        for name in ("web.pid", "redis.pid"):
            os.kill(int((restored / name).read_text()), signal.SIGTERM)


def _tasks(broker: str) -> int:
    with Redis.from_url(broker) as redis:
        return int(redis.llen("celery"))


def _sold(product: Product, number: str) -> tuple[Books, str]:
    """The books after one more order, and the instant at which they say so."""
    sell(product, [f"{product.seller.number}-{CLOSING}-{number}"])
    [instant] = select("SELECT clock_timestamp()::text")
    return books_of(), instant


def _is_open(url: str) -> bool:
    with psycopg.connect(url) as restored:
        found = restored.execute("SELECT pg_is_in_recovery()").fetchone()
    return found == (False,)
