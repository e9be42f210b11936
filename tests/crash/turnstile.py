"""Stopping a bill run in the middle of a batch, as often as one likes."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Thread
from typing import Any

import psycopg

from tests.crash.servers import until

#: What a batch writes after its lines and bills, and before it closes the cycle.
HELD = "LOCK TABLE settlement_journal IN EXCLUSIVE MODE"
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'worker'
"""
WAITING = f"{OTHERS} AND wait_event_type = 'Lock'"


class Turnstile:
    """Holds batches where their bills are written and not yet committed; lets them pass in turn."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self.url, self.stack = url, stack
        self.observer = stack.enter_context(closing(psycopg.connect(url, autocommit=True)))
        self.holder = self._connect()
        self.holder.execute(HELD)

    def _connect(self) -> psycopg.Connection[Any]:
        return self.stack.enter_context(closing(psycopg.connect(self.url)))

    def wait_for(self, waiting: int) -> None:
        """Until so many sessions stand before it, or behind one who does."""

        def are_there() -> bool:
            found = self.observer.execute(WAITING).fetchone()
            return found is not None and found[0] >= waiting

        until(are_there)

    def let_batches_through(self, count: int) -> None:
        """And hold the one after them."""
        for _ in range(count):
            self.wait_for(1)
            self.let_one_batch_through()
        self.wait_for(1)

    def let_one_batch_through(self) -> None:
        """The next holder queues up behind whoever waits now, and before whoever comes then."""
        following = self._connect()
        queueing = Thread(target=following.execute, args=[HELD])
        queueing.start()
        self._wait_for_own(following)
        self.holder.rollback()
        queueing.join()
        self.holder = following

    def _wait_for_own(self, connection: psycopg.Connection[Any]) -> None:
        asked = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
        pid = connection.info.backend_pid

        def is_queueing() -> bool:
            found = self.observer.execute(asked, [pid]).fetchone()
            return bool(found and found[0])

        until(is_queueing)

    def wait_until_alone(self) -> None:
        """Until the database has noticed that its clients are gone."""

        def is_alone() -> bool:
            found = self.observer.execute(OTHERS).fetchone()
            return found is not None and found[0] == 0

        until(is_alone)

    def open(self) -> None:
        self.holder.rollback()


@contextmanager
def turnstile(url: str) -> Iterator[Turnstile]:
    with ExitStack() as stack:
        yield Turnstile(url, stack)
