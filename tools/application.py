"""The portal's own processes: web server, Celery workers, Celery beat."""

import http.client
import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tools.processes import Crew, Part
from tools.steps import step

ROOT = Path(__file__).resolve().parent.parent
MANAGE = (sys.executable, str(ROOT / "manage.py"))
HEALTH = "/health/"
START_SECONDS = 60

WEB = "gunicorn"
WORKER = "celery -A koogallery --quiet worker --concurrency 2 --without-gossip --without-mingle"
#: Calls sellers' servers: waits for them most of the time, so in many threads of one process.
CALLER = (
    "celery -A koogallery --quiet worker --queues outgoing --pool threads --concurrency 16 "
    "--without-gossip --without-mingle --hostname caller@%h"
)
BEAT = "celery -A koogallery --quiet beat --pidfile="


def start_application(
    crew: Crew, data: Path, listener: socket.socket, environment: Mapping[str, str]
) -> None:
    """Start the processes and wait for each: the web server answers, the workers take work."""
    logs = data / "logs"
    logs.mkdir(exist_ok=True)
    options: dict[str, Any] = {"env": os.environ | environment, "cwd": ROOT}

    def start(name: str, command: list[str], **more: Any) -> Part:
        log = logs / f"{name}.log"
        part = Part(name, [sys.executable, "-m", *command], log, **options, **more)
        crew.add(part)
        return part

    descriptor = listener.fileno()
    web = start("web", [*WEB.split(), "--bind", f"fd://{descriptor}"], pass_fds=[descriptor])
    worker = start("worker", [*WORKER.split(), *_pool()])
    caller = start("caller", CALLER.split())
    beat = start("beat", [*BEAT.split()])
    address = listener.getsockname()

    def await_part(what: str, part: Part, is_up: Callable[[], bool]) -> None:
        with step(what):
            if not crew.wait_for(is_up, START_SECONDS):
                raise SystemExit(f"{part.name} is not up after {START_SECONDS} s. {part.tail()}")

    await_part("Web server", web, lambda: _health(address) == http.HTTPStatus.OK)
    await_part("Worker", worker, lambda: "ready." in worker.said())
    await_part("Caller of sellers' servers", caller, lambda: "ready." in caller.said())
    await_part("Schedule", beat, lambda: "beat: Starting" in beat.said())


def _pool() -> list[str]:
    """Celery's process pool hangs without a word where there is no shared memory."""
    return [] if os.access("/dev/shm", os.W_OK) else ["--pool", "threads"]


def _health(address: tuple[str, int]) -> int | None:
    """The status of the health page; None while nobody answers."""
    connection = http.client.HTTPConnection(*address, timeout=2)
    try:
        connection.request("GET", HEALTH)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
