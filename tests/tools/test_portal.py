"""The whole portal, started and ended as a person or a crash would."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.tools.census import descendants, survivors
from tools.application import ROOT

#: PostgreSQL, Redis, web server and two workers, Celery worker and two children, caller, beat.
FEWEST_PROCESSES = 10
#: What is said while it starts, a line each.
PARTS = [
    "PostgreSQL",
    "Redis",
    "Database migrations",
    "Web server",
    "Worker",
    "Caller of sellers' servers",
    "Schedule",
]


@pytest.fixture(autouse=True)
def _own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the servers of the test session, which the environment names."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")


def run(module: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"tools.{module}", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(*arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A portal that is ready, and its address; none of its processes is left afterwards."""
    with run("portal", "serve", "--port", "0", *arguments) as portal:
        try:
            assert portal.stdout
            word, _, url = portal.stdout.readline().rstrip().partition(" ")
            assert word == "ready", portal.stderr and portal.stderr.read()
            family = descendants(portal.pid)
            assert len(family) >= FEWEST_PROCESSES
            yield portal, url
            portal.wait(60)
        finally:
            portal.kill()
    assert survivors(family, 20) == set()


def test_it_answers_and_a_request_to_stop_ends_every_part() -> None:
    with serving() as (portal, url):
        with urllib.request.urlopen(f"{url}/health/") as answer:
            assert answer.status == HTTPStatus.OK
        portal.send_signal(signal.SIGTERM)
        rest, narration = portal.communicate(timeout=60)
    assert (portal.returncode, rest) == (0, "")
    begun = [line.partition(" … ")[0] for line in narration.splitlines() if " … " in line]
    assert begun == PARTS
    data = Path(narration.partition("Data in ")[2].partition(". Ctrl-C")[0])
    assert data.name == "data"
    assert not data.exists()


def test_it_serves_again_from_the_data_of_a_killed_launcher(tmp_path: Path) -> None:
    with serving("--data", tmp_path) as (portal, _):
        portal.kill()
    with run("manage", "--data", tmp_path, "check") as refused:
        _, reason = refused.communicate()
    assert (refused.returncode, reason.partition(":")[0]) == (
        1,
        f"No portal serves from {tmp_path}",
    )

    with serving("--data", tmp_path) as (portal, _):
        with run("manage", "--data", tmp_path, "check") as checked:
            said, _ = checked.communicate()
        assert (checked.returncode, said[:15]) == (0, "System check id")
        web = min(pid for pid in descendants(portal.pid) if _command(pid).count("gunicorn"))
        os.kill(web, signal.SIGKILL)
        _, narration = portal.communicate(timeout=60)
    assert portal.returncode == 1
    assert "web ended with SIGKILL" in narration


def test_a_busy_port_is_named_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        with run("portal", "serve", "--port", port, "--data", tmp_path) as portal:
            said, reason = portal.communicate(timeout=20)
    assert (portal.returncode, said) == (1, "")
    assert reason == f"Port {port}: address already in use. Choose another with --port.\n"
    assert list(tmp_path.iterdir()) == []


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()
