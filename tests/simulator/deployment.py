"""The portal as it is deployed, in processes that die: web, worker, caller, beat, both servers."""

import email
import http.server
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psycopg
from redis import Redis

from koogallery.celery import app
from tests.callers import Caller
from tests.crash.servers import Servers
from tests.servers import client_of
from tests.simulator.faults import Fault, Mischief
from tests.simulator.portal import MEANWHILE, SCHEDULED, UNFINISHED, WAITING, Portal, Stuck
from tests.simulator.script import Step
from tests.simulator.world import Tokens
from tools.application import BEAT, CALLER, ROOT, WORKER
from tools.processes import Part
from tools.servers import start_redis

PATIENCE = 150
PARTS: Mapping[str, str] = {
    "web": "gunicorn koogallery.wsgi --workers 1 --threads 8 --no-control-socket "
    "--worker-class koogallery.front.BufferingWorker",
    "worker": WORKER.replace("--concurrency 2", "--concurrency 1"),
    "caller": CALLER.replace("--concurrency 16", "--concurrency 2"),
    "beat": BEAT,
}
#: Seconds between two looks.
TICK = 0.05
#: How long something is away.
AWAY = (0.5, 1.5, 4.0)
KINDS = (
    *(f"{part} killed" for part in PARTS),
    "worker frozen",
    "postgresql killed",
    "sessions terminated",
    "connections exhausted",
    "redis killed",
    "redis hung",
    "redis emptied",
    "two schedulers",
    "disk full",
)
SESSIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


class Deployment:
    """Of one round: its processes on a copy of the marketplace, and what they told outside."""

    def __init__(self, servers: Servers, database: str, directory: Path) -> None:
        self.servers, self.database, self.directory = servers, database, directory
        self.socket = directory / "web"
        self.parts: dict[str, Part] = {}
        self.environment = os.environ | {
            "DATABASE_URL": servers.url(database),
            "REDIS_URL": servers.broker,
            "DATA_DIR": str(directory),
            "OUTGOING_PRIVATE_TARGETS": "true",
            "IDLE_IN_TRANSACTION_TIMEOUT": "5",
            "CLOCK_TOLERANCE_SECONDS": "5",
            "BILL_RUN_BATCH_SELLERS": "1",
            "LOG_LEVEL": "WARNING",
            "PORTAL_PROCESS": "worker",
        }

    def start(self, name: str, as_: str = "") -> None:
        command = PARTS[name] + (f" --bind unix:{self.socket}" if name == "web" else "")
        log = self.directory / f"{as_ or name}.log"
        options: dict[str, Any] = {"env": self.environment, "cwd": ROOT}
        self.parts[as_ or name] = Part(
            name,
            [sys.executable, "-m", *command.split()],
            log,
            stop_signal=signal.SIGKILL,
            **options,
        )

    def kill(self, name: str) -> None:
        part = self.parts.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(part.process.pid, signal.SIGKILL)
        part.process.wait()

    @contextmanager
    def running(self) -> Iterator[None]:
        with Redis.from_url(self.servers.broker) as broker:
            broker.flushall()
        try:
            for name in PARTS:
                self.start(name)
            self.wait(lambda: self.socket.exists() and _healthy(self.socket))
            yield
        finally:
            for name in [*self.parts]:
                self.kill(name)

    def wait(self, condition: Callable[[], Any]) -> None:
        give_up = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > give_up:
                raise Stuck("the portal does not start")
            time.sleep(0.1)

    def harm(self, fault: Fault) -> Iterator[float]:
        """Done once begun, and undone after as many seconds as it yields.

        By the thread that outlives the parts: they die with whoever started them.
        """
        kind, seconds = fault.kind, AWAY[fault.choice % len(AWAY)]
        name, _, what = kind.partition(" ")
        if what == "killed" and name in PARTS:
            self.kill(name)
            yield seconds
            self.start(name)
        elif kind == "worker frozen":
            group = self.parts["worker"].process.pid
            os.killpg(group, signal.SIGSTOP)
            yield 2 * seconds
            with suppress(ProcessLookupError):  # killed meanwhile
                os.killpg(group, signal.SIGCONT)
        elif kind == "postgresql killed":
            self.servers.crash_the_database()
        elif kind == "sessions terminated":
            for _ in range(10):
                with (
                    suppress(psycopg.Error),
                    psycopg.connect(self.servers.url("postgres"), autocommit=True) as admin,
                ):
                    admin.execute(SESSIONS, [self.database])
                yield seconds / 10
        elif kind == "connections exhausted":
            with _all_connections(self.servers.url("postgres")):
                yield seconds
        elif kind == "disk full":
            with _full(self.servers.data):
                yield seconds
        elif kind == "two schedulers":
            self.start("beat", "second beat")
            yield 2 * seconds
            self.kill("second beat")
        elif kind == "redis emptied":
            with Redis.from_url(self.servers.broker) as broker:
                broker.flushall()
        else:
            yield from self._harm_redis(what, seconds)

    def _harm_redis(self, what: str, seconds: float) -> Iterator[float]:
        server = next(part for part in self.servers.crew.parts if part.name == "Redis")
        if what == "hung":
            server.process.send_signal(signal.SIGSTOP)
            yield seconds
            server.process.send_signal(signal.SIGCONT)
            return
        self.servers.crew.parts.remove(server)
        server.process.kill()
        server.process.wait()
        yield seconds
        (self.servers.run / "redis.sock").unlink(missing_ok=True)
        start_redis(self.servers.crew, self.servers.run)

    def mailed(self) -> Iterator[tuple[str, str, str]]:
        for file in sorted((self.directory / "mail").glob("*")):
            for text in file.read_text().split("-" * 79 + "\n"):
                if text.strip():
                    mail = email.message_from_string(text.lstrip())
                    yield str(mail["Message-ID"]), str(mail["Subject"]), str(mail["To"])


class Remote(Portal):
    """The same calls, to processes of their own; whoever is not answered asks again."""

    def __init__(self, deployment: Deployment, tokens: Tokens, names: dict[str, str]) -> None:
        admin = psycopg.connect(deployment.servers.url("postgres"), autocommit=True)
        super().__init__({}, Mischief([], admin), names)
        self.deployment = deployment
        self.coming: list[Fault] = []
        self.harm: Iterator[float] | None = None
        self.due = 0.0
        self.callers = {name: _remote(token, deployment.socket) for name, token in tokens.items()}

    def play_among(self, steps: Sequence[Step], faults: Mapping[int, Sequence[Fault]]) -> None:
        """Each fault begins beside the call of its step; one after the other."""
        with ThreadPoolExecutor(1) as self.pool:
            for place, step in enumerate(steps):
                self.coming += faults.get(place, [])
                self.answers.append(self._until_answered(step))
                if step.is_awaited:
                    self._until_none(UNFINISHED)
            while self.coming or self.harm:
                self._go_on()
            for names in (SCHEDULED, MEANWHILE):
                for name in names:
                    self.deployment.servers.send(app.tasks[name])
            time.sleep(2)
            self._until_none(WAITING)

    def _go_on(self) -> None:
        """With what goes wrong, when it is time for it."""
        time.sleep(TICK)
        if time.monotonic() < self.due:
            return
        if self.harm is None and self.coming:
            self.harm = self.deployment.harm(self.coming.pop(0))
        seconds = next(self.harm, None) if self.harm else None
        if seconds is None:
            self.harm = None
        else:
            self.due = time.monotonic() + seconds

    def _try(self, do: Callable[[], Any]) -> Any:
        try:
            return do()
        except httpx.TransportError as gone:
            self.others[f"no answer: {type(gone).__name__}"] += 1
            return None

    def _until_answered(self, step: Step) -> Any:
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            call = self.pool.submit(self._try, partial(self._once, step))
            while not call.done():
                self._go_on()
            if (answer := call.result()) is not None:
                return answer
            for _ in range(6):
                self._go_on()
        raise Stuck(f"{step} is never answered: {self.others}")

    def _until_none(self, statement: str) -> None:
        give_up = time.monotonic() + PATIENCE
        left: list[str] = ["unknown"]
        while left and time.monotonic() < give_up:
            for _ in range(4):
                self._go_on()
            with suppress(psycopg.Error):
                left = self.found(statement)
        if left:
            raise Stuck(f"waits for ever: {left}")

    def found(self, statement: str) -> list[str]:
        url = self.deployment.servers.url(self.deployment.database)
        with psycopg.connect(url, autocommit=True) as admin:
            return [row[0] for row in admin.execute(statement.encode()).fetchall()]


class _Client:
    """As Django's test client, over a socket."""

    def __init__(self, socket_: Path, token: str) -> None:
        self.socket, self.headers = socket_, {"Authorization": f"Bearer {token}"}

    def get(self, address: str, _query: Any = None, headers: Any = None) -> Any:
        return self.generic("GET", address, headers=headers)

    def generic(
        self, method: str, path: str, data: Any = b"", content_type: str = "", headers: Any = None
    ) -> Any:
        sent = {**self.headers, **(headers or {}), "Content-Type": content_type}
        with client_of(self.socket) as client:
            client.timeout = httpx.Timeout(20)
            answer: Any = client.request(method, path, content=data, headers=sent)
        answer.streaming = False
        return answer


def _remote(token: str, socket_: Path) -> Caller:
    caller = Caller(None)
    caller.client = _Client(socket_, token)  # type: ignore[assignment]
    return caller


def _healthy(socket_: Path) -> bool:
    with suppress(httpx.TransportError), client_of(socket_) as client:
        return client.get("/health/").status_code == 200
    return False


@contextmanager
def _all_connections(url: str) -> Iterator[None]:
    """As many as the server gives."""
    taken = []
    try:
        with suppress(psycopg.OperationalError):
            while True:
                taken.append(psycopg.connect(url))
        yield
    finally:
        for each in taken:
            each.close()


@contextmanager
def _full(directory: Path) -> Iterator[None]:
    """Not a block is left where the database is, whoever gives one back meanwhile."""
    filler, is_over = directory.with_name("filler"), threading.Event()

    def fill() -> None:
        with filler.open("wb") as file:
            while not is_over.is_set():
                with suppress(OSError):
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), 2**16)
                    file.seek(0, os.SEEK_END)
                    continue
                time.sleep(TICK)

    filling = threading.Thread(target=fill)
    filling.start()
    try:
        yield
    finally:
        is_over.set()
        filling.join()
        filler.unlink()


class Receiver:
    """A seller's server, which notes each call by its id."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        received = self.received

        class Answering(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((self.headers["webhook-id"], body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hooks"
