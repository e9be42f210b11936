"""A marketplace to measure on: 10,000 sellers, of whom the first has a tenth of everything."""

import os
import resource
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from tools.places import run_directory
from tools.postgresql import DURABLE
from tools.processes import Crew
from tools.servers import start_servers

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CYCLES = {
    "202601": "2025-12-31T16:00:00Z",
    "202602": "2026-01-31T16:00:00Z",
    "202603": "2026-02-28T16:00:00Z",
    "202604": "2026-03-31T16:00:00Z",
    "202605": "2026-04-30T16:00:00Z",
    "202606": "2026-05-31T16:00:00Z",
}
KILOBYTES_A_MEGABYTE = 1024
TICKS = os.sysconf("SC_CLK_TCK")

Environment = Mapping[str, str]
Database = psycopg.Connection[Any]


@contextmanager
def servers() -> Iterator[Environment]:
    """A durable PostgreSQL with a migrated database, and a Redis."""
    with tempfile.TemporaryDirectory() as data, run_directory() as run, Crew() as crew:
        started = start_servers(crew, Path(data), run, DURABLE)
        keys = {name: secrets.token_urlsafe(50) for name in ("SECRET_KEY", "KEY_MASTER")}
        environment = {**os.environ, **started, **keys, "DATA_DIR": str(Path(data) / "files")}
        manage(environment, "migrate", "--verbosity", "0")
        yield environment


@contextmanager
def market(environment: Environment, size: int) -> Iterator[tuple[Database, Environment]]:
    """A copy of the migrated database with 10,000 sellers; dropped afterwards."""
    with copied(environment, f"bench_{size}") as (database, own):
        enter_sellers(database)
        yield database, own


@contextmanager
def copied(environment: Environment, name: str) -> Iterator[tuple[Database, Environment]]:
    """A copy of the environment's database under this name; dropped afterwards."""
    url = environment["DATABASE_URL"]
    base, _, origin = url.rpartition("/")
    with psycopg.connect(_conninfo(f"{base}/postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {origin}")
    own = {**environment, "DATABASE_URL": f"{base}/{name}"}
    with psycopg.connect(_conninfo(own["DATABASE_URL"]), autocommit=True) as database:
        yield database, own
    with psycopg.connect(_conninfo(f"{base}/postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def enter_sellers(database: Database) -> None:
    for statement in statements("sellers.sql"):
        database.execute(statement)


def fill(database: Database, size: int, cycle: str) -> None:
    """So many transactions of one cycle, half orders, half usage."""
    given = {"transactions": size, "cycle": cycle, "start": CYCLES[cycle]}
    for statement in statements("market.sql"):
        database.execute(statement, given)
    database.execute("VACUUM ANALYZE")
    database.execute("CHECKPOINT")


class Close(NamedTuple):
    """From the request to the end of the run: `cpu` is that of the server and of the workers."""

    seconds: float
    cpu: float
    lines: int
    megabytes: float


def close(
    database: Database, environment: Environment, cycle: str, workers: int, *, sealed: bool = True
) -> Close:
    """What starting a worker takes is left out: it is started once."""
    how = [cycle, str(workers), *([] if sealed else ["unsealed"])]
    before = server_cpu(database)
    answer = run_module(environment, "tests.bench.worker", *how)
    seconds, cpu, lines, kilobytes = answer.split()
    used = server_cpu(database) - before + float(cpu)
    return Close(float(seconds), used, int(lines), int(kilobytes) / KILOBYTES_A_MEGABYTE)


def run_module(environment: Environment, *module: str) -> str:
    """What a module prints, run in a process of its own; its faults are shown."""
    done = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=dict(environment),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def manage(environment: Environment, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=dict(environment), check=True
    )


def cpu_used(database: Database) -> float:
    """CPU seconds of the server and of ended processes of ours."""
    python = resource.getrusage(resource.RUSAGE_CHILDREN)
    return server_cpu(database) + python.ru_utime + python.ru_stime


def server_cpu(database: Database) -> float:
    """CPU seconds of the server, its living and its ended processes."""
    [(told,)] = database.execute("SELECT pg_read_file('postmaster.pid')").fetchall()
    postmaster = told.split()[0]
    ticks = 0
    for stat in map(_stat, Path("/proc").glob("[0-9]*")):
        if stat and stat[0] == postmaster:
            ticks += sum(map(int, stat[13:17]))
        elif stat and stat[3] == postmaster:
            ticks += sum(map(int, stat[13:15]))
    return ticks / TICKS


def backend_cpu(pid: int) -> float:
    """CPU seconds of one process of the server."""
    return sum(map(int, _stat(Path(f"/proc/{pid}"))[13:15])) / TICKS


def _stat(process: Path) -> list[str]:
    try:
        number, _, rest = (process / "stat").read_text().partition(" (")
    except OSError:
        return []
    return [number, "", *rest.rpartition(") ")[2].split()]


def statements(name: str) -> list[Any]:
    return (HERE / name).read_text().split(";\n")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _conninfo(url: str) -> str:
    return url.replace("postgres://", "postgresql://", 1)
