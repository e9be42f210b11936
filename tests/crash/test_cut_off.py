"""R1.7: two worker hosts, of which one loses its network in the middle of a batch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from settlement.models import BillRun
from settlement.tasks import resume_bill_runs, work_on_bill_run
from tests.books import execute, select
from tests.crash.books import Books, books_of, failing
from tests.crash.line import Line, line_to
from tests.crash.marketplace import BATCH, PASTS, ask_for_run, ended
from tests.crash.servers import Servers, until
from tests.crash.test_killed import LONG_AGO, kill
from tests.crash.turnstile import turnstile
from tools.processes import Part

HALF_DONE = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'worker'
  AND state = 'idle in transaction'
"""


@contextmanager
def two_hosts(
    servers: Servers, name: str, patience: str
) -> Iterator[tuple[Part, Part, tuple[Line, Line]]]:
    """A worker that reaches both servers over lines, one beside them, and the lines."""
    database = urlsplit(servers.url(name))
    socket = Path(unquote(database.hostname or ""), ".s.PGSQL.5432")
    with line_to(socket) as to_database, line_to(servers.run / "redis.sock") as to_broker:
        far = {
            "DATABASE_URL": f"postgres://{database.username}@127.0.0.1:{to_database.port}/{name}",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{to_broker.port}/0",
        }
        limits = {"IDLE_IN_TRANSACTION_TIMEOUT": patience}
        with servers.workers(name, 2, own=[far], **limits) as [cut_off, other]:
            yield cut_off, other, (to_database, to_broker)


@pytest.mark.parametrize("patience", ["2", "600"])
def test_R1_7_a_worker_host_cut_off_in_the_middle_of_a_batch(
    servers: Servers, copy: str, undisturbed: Books, patience: str
) -> None:
    """The other goes on. The batch is given up and taken by it, or waits for the line to hold."""
    run = ask_for_run()
    with two_hosts(servers, copy, patience) as (_, other, lines):
        with turnstile(servers.url(copy)) as gate:
            for _ in range(2):
                servers.send(work_on_bill_run, run.number)
            gate.wait_for(2)
            for line in lines:
                line.cut()
            gate.open()
            until(lambda: done(run) == BATCH * (len(PASTS) - 1))
        assert not ended(run)
        if patience == "2":
            until(lambda: select(HALF_DONE) == [0])
            execute(LONG_AGO)
            servers.send(resume_bill_runs)
            until(lambda: ended(run))
        else:
            until(lambda: select(HALF_DONE) == [1])  # the other may be between two statements
        for line in lines:
            line.mend()
        until(lambda: ended(run))
        kill(other)
        following = ask_for_run()
        servers.send(work_on_bill_run, following.number)
        until(lambda: ended(following))
    assert books_of() == undisturbed
    assert failing() == []


def done(run: BillRun) -> int:
    return run.parts.filter(state="done").count()
