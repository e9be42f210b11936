"""R1.7: two workers at once, a killed worker, a killed database end in the same books."""

import os
import signal

import pytest
from django.db import connection
from pytest_django import Settings

from settlement.tasks import resume_bill_runs, work_on_bill_run
from tests.books import execute, select
from tests.crash.books import Books, books_of, failing
from tests.crash.marketplace import BATCH, PASTS, ask_for_run, close_in_peace, ended
from tests.crash.servers import Servers, until
from tests.crash.turnstile import turnstile
from tests.crash.typing import Operator
from tools.postgresql import _programs
from tools.processes import Part

LONG_AGO = """
UPDATE settlement_billrun
SET created_at = now() - interval '2 minutes', progressed_at = now() - interval '1 minute'
"""
PARTITIONS = """
SELECT inhrelid FROM pg_inherits
WHERE inhparent = 'settlement_billline'::regclass AND inhrelid <> 'settlement_billline_0'::regclass
"""
UNIQUE_KEYS = """
ALTER TABLE settlement_bill DROP CONSTRAINT one_bill_per_seller_and_cycle;
ALTER TABLE settlement_bill DROP CONSTRAINT settlement_bill_number_key;
ALTER TABLE settlement_adjustment DROP CONSTRAINT settlement_adjustment_number_key;
ALTER TABLE settlement_journal DROP CONSTRAINT settlement_journal_key_key;
ALTER TABLE koogallery_notice DROP CONSTRAINT koogallery_notice_key_key;
ALTER TABLE settlement_billedadjustment DROP CONSTRAINT an_adjustment_is_billed_once;
DROP INDEX an_order_is_billed_once, a_usage_record_is_billed_once, a_bill_is_carried_over_once;
"""


def test_the_undisturbed_books_hold_something_of_everything(undisturbed: Books) -> None:
    assert sum(undisturbed["sellers"].values()) == BATCH * len(PASTS)
    assert [table for table, rows in undisturbed.items() if not rows] == []


@pytest.mark.parametrize(
    ("mutation", "keys", "same"),
    [
        ("", "unique", True),
        # Either guard alone keeps the books; without both, bills are issued twice.
        ("no lock", "unique", True),
        ("", "dropped", True),
        ("no lock", "dropped", False),
    ],
)
def test_R1_7_two_workers_closing_the_same_cycle_at_once(
    servers: Servers, copy: str, undisturbed: Books, mutation: str, keys: str, same: bool
) -> None:
    if keys == "dropped":
        execute(UNIQUE_KEYS)
    both = ask_for_run(), ask_for_run()
    with turnstile(servers.url(copy)) as gate, servers.workers(copy, 2, mutation=mutation):
        for run in both:
            servers.send(work_on_bill_run, run.number)
        gate.wait_for(2)
        gate.open()
        until(lambda: ended(*both))
    if same:
        assert books_of() == undisturbed
        assert failing() == []
    else:
        assert "nothing_is_billed_twice" in failing()


def test_R1_5_the_books_are_the_same_where_each_batch_fills_a_partition(
    copy: str, undisturbed: Books, settings: Settings
) -> None:
    settings.BILL_RUN_PARTITION_LINES = 1
    close_in_peace()
    assert books_of() == undisturbed
    assert failing() == []
    assert len(select(PARTITIONS)) > 1


@pytest.mark.parametrize(
    ("mutation", "same", "lines"),
    [("", True, "100000"), ("", True, "1"), ("no transaction", False, "100000")],
)
def test_R1_7_a_worker_killed_in_the_middle_of_a_batch_and_restarted(
    servers: Servers, copy: str, undisturbed: Books, mutation: str, same: bool, lines: str
) -> None:
    """With its lines beside all others, and in a partition for each batch."""
    run = ask_for_run()
    with turnstile(servers.url(copy)) as gate:
        with servers.workers(copy, 1, mutation=mutation, BILL_RUN_PARTITION_LINES=lines) as [
            worker
        ]:
            servers.send(work_on_bill_run, run.number)
            gate.let_batches_through(2)
            kill(worker)
            gate.open()
        gate.wait_until_alone()
    assert not ended(run)
    assert not same or run.parts.filter(state="done").count() == 2 * BATCH
    with servers.workers(copy, 1, BILL_RUN_PARTITION_LINES=lines):
        execute(LONG_AGO)
        servers.send(resume_bill_runs)
        until(lambda: ended(run))
    if same:
        assert books_of() == undisturbed
        assert failing() == []
    else:
        assert books_of() != undisturbed
        assert failing() != []


def test_R1_7_redis_emptied_and_started_again_in_the_middle_of_a_run(
    servers: Servers, copy: str, undisturbed: Books
) -> None:
    """By the commands of docs/operations.md; the run that was queued then is handed out again."""
    runs = ask_for_run(["S00", "S01", "S02", "S03"]), ask_for_run()
    operator = Operator("Redis lost", _programs(servers.run, None), REDIS=servers.redis)
    with (
        servers.workers(copy, 1) as [worker],
        turnstile(servers.url(copy)) as gate,
        servers.redis_of_another(),
    ):
        for run in runs:
            servers.send(work_on_bill_run, run.number)
        gate.let_batches_through(1)
        operator.type_next()
        gate.open()
        until(lambda: ended(runs[0]))
        assert not ended(runs[1])
        until(lambda: "Connected to" in worker.tail())
        execute(LONG_AGO)
        servers.send(resume_bill_runs)
        until(lambda: ended(*runs))
    assert books_of() == undisturbed
    assert failing() == []


def test_R1_7_a_worker_frozen_in_the_middle_of_a_batch(
    servers: Servers, copy: str, undisturbed: Books
) -> None:
    """Its connection stays, as of a host that lost its network: the database ends its session."""
    run = ask_for_run()
    with (
        servers.workers(copy, 1, IDLE_IN_TRANSACTION_TIMEOUT="2") as [frozen],
        turnstile(servers.url(copy)) as gate,
    ):
        servers.send(work_on_bill_run, run.number)
        gate.let_batches_through(2)
        os.killpg(frozen.process.pid, signal.SIGSTOP)
        gate.open()
        gate.wait_until_alone()
    assert not ended(run)
    with servers.workers(copy, 1):
        execute(LONG_AGO)
        servers.send(resume_bill_runs)
        until(lambda: ended(run))
    assert books_of() == undisturbed
    assert failing() == []


@pytest.mark.parametrize(
    ("durability", "lines"), [("logged", "100000"), ("logged", "1"), ("unlogged", "100000")]
)
def test_R1_7_the_database_killed_in_the_middle_of_a_batch_and_restarted(
    servers: Servers, copy: str, undisturbed: Books, durability: str, lines: str
) -> None:
    if durability == "unlogged":
        execute("ALTER TABLE settlement_ledgerentry SET UNLOGGED")
    run = ask_for_run()
    with servers.workers(copy, 1, BILL_RUN_PARTITION_LINES=lines):
        with turnstile(servers.url(copy)) as gate:
            servers.send(work_on_bill_run, run.number)
            gate.let_batches_through(2)
            servers.crash_the_database()
        connection.close()
        until(lambda: ended(run))
    if durability == "logged":
        assert books_of() == undisturbed
        assert failing() == []
    else:
        assert "the_ledger_agrees_with_the_bills" in failing()


def kill(worker: Part) -> None:
    """With SIGKILL, the one that holds the connection too; nobody gets to say goodbye."""
    os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait()
