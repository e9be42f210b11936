"""How long a close takes, beside a bare INSERT … SELECT of the same lines, in one run.

    python -m tests.bench.close [--sizes 10000 100000 1000000] [--rounds 3]

Machines differ and are shared, so only the ratio counts: both are measured in turn on the same
database. Every size is closed twice: its first cycle on an empty table of lines, its second on one
that holds the first. One worker and two; a worker's peak memory shows that Python only drives.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tools.places import run_directory
from tools.postgresql import DURABLE
from tools.processes import Crew
from tools.servers import start_servers

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CYCLES = {"202601": "2025-12-31T16:00:00Z", "202602": "2026-01-31T16:00:00Z"}
PYTHON_MEGABYTES = 1024


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as data, run_directory() as run, Crew() as crew:
        environment = os.environ | start_servers(crew, Path(data), run, DURABLE)
        _manage(environment, "migrate", "--verbosity", "0")
        for size in options.sizes:
            _report(size, [_round(environment, size) for _ in range(options.rounds)])


def _round(environment: Mapping[str, str], size: int) -> list[dict[str, Any]]:
    """Both cycles by one worker, then both by two, each on a market of its own."""
    measured = []
    for workers in (1, 2):
        with _market(environment, size) as (database, own):
            for cycle, start in CYCLES.items():
                _fill(database, size, cycle, start)
                bare = _bare(database, cycle)
                closed = _close(own, cycle, workers)
                measured.append({"workers": workers, "cycle": cycle, "bare": bare, **closed})
    return measured


@contextmanager
def _market(
    environment: Mapping[str, str], size: int
) -> Iterator[tuple[psycopg.Connection[Any], Mapping[str, str]]]:
    """A copy of the migrated database with 10,000 sellers; dropped afterwards."""
    url = environment["DATABASE_URL"]
    base, _, origin = url.rpartition("/")
    name = f"bench_{size}"
    with psycopg.connect(_conninfo(f"{base}/postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {origin}")
    own = {**environment, "DATABASE_URL": f"{base}/{name}"}
    with psycopg.connect(_conninfo(own["DATABASE_URL"]), autocommit=True) as database:
        for statement in _statements("sellers.sql"):
            database.execute(statement)
        database.execute("CREATE TABLE bare_billline (LIKE settlement_billline INCLUDING ALL)")
        yield database, own
    with psycopg.connect(_conninfo(f"{base}/postgres"), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _conninfo(url: str) -> str:
    return url.replace("postgres://", "postgresql://", 1)


def _statements(name: str) -> list[Any]:
    return (HERE / name).read_text().split(";\n")


def _fill(database: psycopg.Connection[Any], size: int, cycle: str, start: str) -> None:
    for statement in _statements("market.sql"):
        database.execute(statement, {"transactions": size, "cycle": cycle, "start": start})
    database.execute("VACUUM ANALYZE")
    database.execute("CHECKPOINT")


def _bare(database: psycopg.Connection[Any], cycle: str) -> float:
    database.execute("TRUNCATE bare_billline")
    begun = time.perf_counter()
    database.execute(_statements("bare.sql")[0], {"cycle": cycle})
    seconds = time.perf_counter() - begun
    database.execute("CHECKPOINT")
    return seconds


def _close(environment: Mapping[str, str], cycle: str, workers: int) -> dict[str, Any]:
    """Seconds from the request to the end of the run, lines billed, and a worker's peak memory."""
    command = [sys.executable, "-m", "tests.bench.worker", cycle, str(workers)]
    answer = subprocess.run(
        command, cwd=ROOT, env=dict(environment), check=True, capture_output=True, text=True
    )
    seconds, lines, kilobytes = answer.stdout.split()
    return {"close": float(seconds), "lines": int(lines), "peak": int(kilobytes) / PYTHON_MEGABYTES}


def _manage(environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=dict(environment), check=True
    )


def _report(size: int, rounds: list[list[dict[str, Any]]]) -> None:
    """One line a case: medians over the rounds, the ratio pair by pair."""
    for case in zip(*rounds, strict=True):
        first = case[0]
        ratio = [one["close"] / one["bare"] for one in case]
        close = statistics.median(one["close"] for one in case)
        table = "empty" if first["cycle"] == min(CYCLES) else "grown"
        sys.stdout.write(
            f"{size:>9,} transactions, {first['workers']} worker(s), {table} table: "
            f"bare {statistics.median(one['bare'] for one in case):6.2f} s, close {close:6.2f} s, "
            f"ratio {statistics.median(ratio):.2f} ({min(ratio):.2f} to {max(ratio):.2f}), "
            f"{first['lines'] / close:>9,.0f} lines/s, "
            f"worker {max(one['peak'] for one in case):.0f} MB\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
