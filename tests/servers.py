"""A real server on the test database: a web process as a deployment runs it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Queue
from threading import Barrier

import httpx
from django.db import connection

THREADS = 24
PORTAL = "koogallery.wsgi:application"
#: Clients whose calls are under way at the same time.
CLIENTS = 40


@contextmanager
def served(directory: Path, application: str = PORTAL, **settings: str) -> Iterator[Path]:
    """The socket that it answers on, once it does; stopped when done with.

    Without other `settings` its calls wait for each other's locks as long as it takes.
    """
    socket = directory / "portal"
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    environment = os.environ | {
        "DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}",
        "API_RATE": "100000/second",
        "LOG_LEVEL": "CRITICAL",
        **settings,
    }
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"unix:{socket}"]
    command += [
        "--worker-class",
        "koogallery.front.BufferingWorker",
        "--workers",
        "1",
        "--threads",
        str(THREADS),
        "--timeout",
        "120",
        "--keep-alive",
        "75",
        "--log-level",
        "critical",
    ]
    with subprocess.Popen(command, env=environment) as server:
        try:
            _wait_for(server, socket)
            yield socket
        finally:
            server.terminate()


def at_once(socket: Path, calls: int, call: Callable[[httpx.Client, int], object]) -> list[object]:
    """`calls` of them by many clients that start together; what each came to."""
    clients = [client_of(socket) for _ in range(min(CLIENTS, calls))]
    start, free = Barrier(len(clients)), Queue[httpx.Client]()

    def enter() -> None:
        start.wait(timeout=60)

    def make(place: int) -> object:
        client = free.get()
        try:
            return call(client, place)
        finally:
            free.put(client)

    with ExitStack() as open_clients:
        for client in clients:
            free.put(open_clients.enter_context(client))
        with ThreadPoolExecutor(len(clients), initializer=enter) as threads:
            return list(threads.map(make, range(calls)))


def client_of(socket: Path) -> httpx.Client:
    transport = httpx.HTTPTransport(uds=str(socket))
    return httpx.Client(transport=transport, base_url="http://127.0.0.1", timeout=120)


def _wait_for(server: "subprocess.Popen[bytes]", socket: Path) -> None:
    """Until it listens; the health check then answers as soon as the portal is loaded."""
    while not socket.exists():
        assert server.poll() is None, "the server has stopped"
        time.sleep(0.02)
    with client_of(socket) as client:
        client.get("/health/").raise_for_status()
