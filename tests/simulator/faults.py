"""What goes wrong in a round of one process, each at the n-th thing the portal asks of anybody."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import psycopg
import time_machine
from django.core.cache.backends.redis import RedisCacheClient
from django.core.mail.backends.locmem import EmailBackend
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway
from redis.exceptions import ConnectionError as RedisAway

from koogallery.clocked import ClockedTask
from koogallery.events import delivering
from koogallery.exports import jobs
from koogallery.outgoing import Answer, Unreachable
from settlement import tasks


class Killed(BaseException):
    """The process is no more: nobody catches it, and nothing that it holds is let go in order."""


#: What the server says when it cannot: out of time, disk, memory; a deadlock, a lock not given.
REFUSALS = ("57014", "53100", "53200", "40P01", "40001", "55P03")
REFUSE = "DO $$ BEGIN RAISE EXCEPTION 'simulated' USING ERRCODE = '{}'; END $$"

#: Kinds of faults; those that strike a statement, and those that strike elsewhere.
AT_STATEMENTS = (
    "backend terminated",
    "answer lost",
    "process killed",
    "process killed after",
    "no connection left",
    "statement refused",
)
ELSEWHERE = (
    "broker away",
    "broker emptied",
    "message doubled",
    "message late",
    "messages reordered",
    "two schedulers",
    "redis away",
    "clock ahead",
    "clock back",
    "mail server away",
    "mail taken, not noted",
    "seller's server away",
    "call made, not noted",
)
KINDS = (*AT_STATEMENTS, *ELSEWHERE)


@dataclass(frozen=True)
class Fault:
    kind: str
    #: At which statement or commit, or during which step.
    place: int
    #: What some kinds choose between.
    choice: int

    def __str__(self) -> str:
        return f"{self.kind} at {self.place} ({self.choice})"


def draw(seed: str, kinds: tuple[str, ...], points: int, steps: int) -> list[Fault]:
    """One to three, at places of an undisturbed run of so many statements and steps."""
    chance = random.Random(seed)
    faults = []
    for _ in range(chance.choice([1, 1, 2, 3])):
        where = [
            each for each in chance.sample([AT_STATEMENTS, ELSEWHERE], 2) if {*each} & {*kinds}
        ]
        kind = chance.choice([each for each in where[0] if each in kinds])
        most = points if kind in AT_STATEMENTS else steps
        faults.append(Fault(kind, chance.randrange(most), chance.randrange(1000)))
    return faults


@dataclass
class Mischief:
    """Strikes where it was told to. Without faults it counts what could have been struck."""

    faults: list[Fault]
    #: A URL of the database, for a connection beside the portal's.
    admin: psycopg.Connection[Any]
    points: int = 0
    step: int = -1
    struck: list[Fault] = field(default_factory=list)
    refused_connections: int = 0
    queue: list[tuple[Any, tuple[Any, ...]]] = field(default_factory=list)
    late: list[tuple[Any, tuple[Any, ...]]] = field(default_factory=list)
    #: (message id, body) of each call of a seller's server; (message id, subject, to) of each mail.
    received: list[tuple[str, bytes]] = field(default_factory=list)
    mailed: list[tuple[str, str, str]] = field(default_factory=list)
    schedulers: int = 1
    is_dead: bool = False
    is_over: bool = False

    def begin_step(self, step: int) -> None:
        self.step = step
        for fault in self.now("broker emptied"):
            self.strike(fault)
            self.queue.clear()
        for fault in self.now("two schedulers"):
            self.strike(fault)
            self.schedulers = 2
        for fault in self.now("messages reordered"):
            self.strike(fault)
            random.Random(fault.choice).shuffle(self.queue)

    def end(self) -> None:
        self.is_over, self.refused_connections = True, 0

    def now(self, *kinds: str) -> list[Fault]:
        """The faults of these kinds that belong to this step and have not struck yet."""
        if self.is_over:
            return []
        return [
            fault
            for fault in self.faults
            if fault.kind in kinds and fault.place <= self.step and fault not in self.struck
        ]

    def strike(self, fault: Fault) -> None:
        self.struck.append(fault)

    def ahead(self) -> timedelta:
        """By how much this host's clock is wrong while this step is done."""
        for fault in self.now("clock ahead", "clock back"):
            self.strike(fault)
            by = (timedelta(hours=6), timedelta(days=1), timedelta(days=40))[fault.choice % 3]
            return by if fault.kind == "clock ahead" else -by
        return timedelta(0)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Between the portal and everything it talks to."""
        undo: list[Callable[[], None]] = []

        def put(where: Any, name: str, what: Any) -> None:
            before = vars(where).get(name)
            setattr(where, name, what)
            undo.append(
                lambda: setattr(where, name, before) if before is not None else delattr(where, name)
            )

        wrapper: Any = type(connections[DEFAULT_DB_ALIAS])
        commit, connect = wrapper._commit, wrapper.get_new_connection
        client = RedisCacheClient.get_client
        put(wrapper, "_commit", lambda db: self._at_point(lambda: commit(db), is_kept=True))
        put(wrapper, "get_new_connection", lambda db, given: self._connect(connect, db, given))
        put(RedisCacheClient, "get_client", lambda *a, **k: self._reach_redis(client, *a, **k))
        put(EmailBackend, "send_messages", lambda _box, mails: self._mail(mails))
        put(ClockedTask, "apply_async", lambda task, args=(), *_, **__: self._publish(task, args))
        put(delivering, "call", self._call)
        put(tasks, "STALLED_AFTER", timedelta(0))
        put(jobs, "UNHEARD_AFTER", timedelta(0))
        put(jobs, "SILENT_AFTER", timedelta(0))
        try:
            with connection.execute_wrapper(self._execute):
                yield
        finally:
            while undo:
                undo.pop()()

    def _execute(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        is_kept = not context["connection"].in_atomic_block
        return self._at_point(lambda: execute(sql, params, many, context), is_kept=is_kept)

    def _at_point(self, do: Callable[[], Any], *, is_kept: bool) -> Any:
        """A statement or a commit. What is `is_kept` stays done although its answer is lost."""
        if self.is_dead:
            raise Killed
        self.points += 1
        for fault in [] if self.is_over else self.faults:
            is_now = fault.kind in AT_STATEMENTS and fault.place < self.points
            if is_now and fault not in self.struck and connection.connection is not None:
                self.strike(fault)
                self._strike_statement(fault, do, is_kept=is_kept)
        return do()

    def _strike_statement(self, fault: Fault, do: Callable[[], Any], *, is_kept: bool) -> None:
        if fault.kind == "statement refused":
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(REFUSE.format(REFUSALS[fault.choice % len(REFUSALS)]).encode())
        if fault.kind in ("answer lost", "process killed after") and is_kept:
            do()
        self.end_backend()
        if fault.kind.startswith("process killed"):
            raise self.dead()
        if fault.kind == "no connection left":
            self.refused_connections = 1 + fault.choice % 4
        if fault.kind == "answer lost" and is_kept:
            with connection.wrap_database_errors:
                raise psycopg.OperationalError("server closed the connection unexpectedly")

    def dead(self) -> Killed:
        """From now on nothing is done any more, whatever `finally` says."""
        self.is_dead = True
        return Killed()

    def end_backend(self) -> None:
        pid = connection.connection.info.backend_pid
        self.admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def _connect(self, connect: Any, db: Any, given: Any) -> Any:
        if self.refused_connections:
            self.refused_connections -= 1
            raise psycopg.errors.TooManyConnections("sorry, too many clients already")
        return connect(db, given)

    def _reach_redis(self, client: Any, *args: Any, **kwargs: Any) -> Any:
        for fault in self.now("redis away"):
            self.strike(fault)
            raise RedisAway("simulated")
        return client(*args, **kwargs)

    def _publish(self, task: Any, args: Any) -> None:
        if self.is_dead:
            raise Killed
        message = (task, tuple(args or ()))
        for fault in self.now("broker away"):
            self.strike(fault)
            raise BrokerAway("simulated")
        for fault in self.now("message late"):
            self.strike(fault)
            self.late.append(message)
            return
        for fault in self.now("message doubled"):
            self.strike(fault)
            self.queue.append(message)
        self.queue.append(message)

    def _mail(self, mails: Any) -> int:
        for fault in self.now("mail server away"):
            self.strike(fault)
            raise SMTPServerDisconnected("simulated")
        for mail in mails:
            named = mail.message()["Message-ID"]
            self.mailed += [(str(named), mail.subject, to) for to in mail.to]
        for fault in self.now("mail taken, not noted"):
            self.strike(fault)
            self.end_backend()
            raise self.dead()
        return len(mails)

    def _call(self, _method: str, _url: str, body: bytes, headers: Any, **_: Any) -> Answer:
        for fault in self.now("seller's server away"):
            self.strike(fault)
            if fault.choice % 2:
                return Answer(503, {}, b"")
            raise Unreachable("simulated")
        self.received.append((headers["webhook-id"], body))
        for fault in self.now("call made, not noted"):
            self.strike(fault)
            raise self.dead()
        return Answer(204, {}, b"")


@contextmanager
def clock_of(mischief: Mischief) -> Iterator[None]:
    """Of this host, while a step is done."""
    if ahead := mischief.ahead():
        with time_machine.travel(timezone.now() + ahead):
            yield
    else:
        yield
