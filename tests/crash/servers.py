"""A database server and a broker of these tests' own, that may be killed; and workers on them."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from django.db import connections
from kombu import Connection
from redis import Redis
from redis.exceptions import RedisError

from tests.crash.marketplace import BATCHES
from tools.application import ROOT
from tools.postgresql import DURABLE, start_postgresql
from tools.processes import Crew, Part
from tools.servers import start_redis

PATIENCE = 60
#: What is written ahead is kept until somebody says where to.
ARCHIVING = DURABLE | {"archive_mode": "on"}
WORKER = (
    "celery -A tests.crash.mutated worker --concurrency 1 --loglevel INFO "
    "--without-gossip --without-mingle"
)


class Servers:
    """PostgreSQL with full durability, and Redis; every database is a copy of another."""

    def __init__(self, crew: Crew, data: Path, run: Path) -> None:
        self.crew, self.data, self.run = crew, data, run
        self.base = self._start_database()
        self.broker = start_redis(crew, run)
        self.copies = 0

    @property
    def _broker_url(self) -> str:
        return self.broker.replace("unix://", "redis+socket://")

    def _start_database(self) -> str:
        url = start_postgresql(self.crew, self.data, self.run, ARCHIVING)
        return url.rpartition("/")[0]

    @property
    def redis(self) -> str:
        return self.broker.removeprefix("unix://")

    @contextmanager
    def redis_of_another(self) -> Iterator[None]:
        """Somebody stops this one and starts another; in the end there is one of ours again."""
        server = next(part for part in self.crew.parts if part.name == "Redis")
        self.crew.parts.remove(server)
        try:
            yield
        finally:
            with Redis.from_url(self.broker) as theirs, suppress(RedisError):
                theirs.shutdown(nosave=True)
            server.process.wait()
            start_redis(self.crew, self.run)

    def crash_the_database(self) -> None:
        """Nothing is written any more; on its next start it recovers from its log."""
        server = next(part for part in self.crew.parts if part.name == "PostgreSQL")
        self.crew.parts.remove(server)
        server.process.send_signal(signal.SIGQUIT)
        server.process.wait()
        for made_at_start in ("postgresql", "programs"):
            shutil.rmtree(self.run / made_at_start, ignore_errors=True)
        self._start_database()

    def url(self, name: str) -> str:
        return f"{self.base}/{name}"

    def copy(self, origin: str, name: str = "") -> str:
        """An identical database, down to the ids; its name.

        The checkpoint is for its sequences: they are logged some numbers ahead, but a copy of one
        only from the next checkpoint on, and a crash before that would give numbers out twice.
        """
        self.copies += 1
        name = name or f"copy_{self.copies}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {origin}".encode())
            admin.execute("CHECKPOINT")
        return name

    def drop(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    @contextmanager
    def workers(
        self,
        name: str,
        count: int,
        *,
        mutation: str = "",
        own: Sequence[Mapping[str, str]] = (),
        **settings: str,
    ) -> Iterator[list[Part]]:
        """Celery worker processes on this database, ready for tasks; killed at the end.

        What earlier ones left in the broker is no task of theirs. `own`: the settings that the
        first of them has for itself, the second, and so on.
        """
        with Redis.from_url(self.broker) as broker:
            broker.flushall()
        environment = os.environ | {
            "DATABASE_URL": self.url(name),
            "CELERY_BROKER_URL": self._broker_url,
            "PGAPPNAME": "worker",
            "PORTAL_PROCESS": "worker",
            "MUTATION": mutation,
            # A turnstile holds a batch for as long as a test takes.
            "WORKER_LOCK_TIMEOUT": str(10 * PATIENCE),
            **{name: str(sellers) for name, sellers in BATCHES.items()},
            **settings,
        }
        with Crew() as crew:
            for number in range(count):
                command = [sys.executable, "-m", *WORKER.split(), "-n", f"{name}-{number}@%h"]
                log = self.run / f"{name}-{number}-{time.monotonic_ns()}.log"
                settings_of_one = environment | dict(own[number] if number < len(own) else {})
                options: dict[str, Any] = {"env": settings_of_one, "cwd": ROOT}
                crew.add(Part("worker", command, log, stop_signal=signal.SIGKILL, **options))
            assert crew.wait_for(
                lambda: all("ready." in part.tail() for part in crew.parts), PATIENCE
            )
            yield crew.parts

    def send(self, task: Any, *arguments: Any) -> None:
        with Connection(self._broker_url) as connection:
            task.apply_async(arguments, connection=connection)


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Let Django's connections of this process, in every thread, lead to another database."""
    default = connections.databases["default"]
    before = {name: default[name] for name in ("NAME", "USER", "HOST", "PORT")}
    parts = urlsplit(url)
    connections["default"].close()
    default |= {
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": "",
    }
    try:
        yield
    finally:
        connections["default"].close()
        default |= before


def until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up, "it did not come true"
        time.sleep(0.02)
