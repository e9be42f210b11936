"""What seals cost a close: CPU seconds of PostgreSQL and of the worker, with and without, in turns.

    python -m tests.bench.seals [--sizes 100000 1000000] [--rounds 3]

Both close the same transactions of 10,000 sellers, each in a copy of one database. Without: no
trigger logs, and nothing is sealed.
"""

import argparse
import os
import resource
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench.market import (
    CYCLES,
    Database,
    Environment,
    close,
    copied,
    enter_sellers,
    fill,
    servers,
    tell,
)

CYCLE = min(CYCLES)
TRIGGERS = """
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE starts_with(tgname, 'sealed_')
"""
TICKS = os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with servers() as environment:
        for size in options.sizes:
            with copied(environment, f"filled_{size}") as (database, own):
                _log(database, "DISABLE")
                enter_sellers(database)
                fill(database, size, CYCLE)
                database.close()
                pairs = [_pair(own) for _ in range(options.rounds)]
            _report(size, pairs)


def _log(database: Database, how: str) -> None:
    for table, trigger in database.execute(TRIGGERS).fetchall():
        database.execute(f"ALTER TABLE {table} {how} TRIGGER {trigger}")


def _pair(environment: Environment) -> tuple[float, float]:
    return _measured(environment, sealed=False), _measured(environment, sealed=True)


def _measured(environment: Environment, *, sealed: bool) -> float:
    with copied(environment, "measured") as (database, own):
        if sealed:
            _log(database, "ENABLE")
        [(postmaster,)] = database.execute("SELECT pg_read_file('postmaster.pid')").fetchall()
        database.execute("VACUUM ANALYZE")
        database.execute("CHECKPOINT")
        before = _used(postmaster.split()[0])
        close(own, CYCLE, 1, sealed=sealed)
        return _used(postmaster.split()[0]) - before


def _used(postmaster: str) -> float:
    """CPU seconds of the server, its living and its ended processes, and of ended workers."""
    python = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    for stat in map(_stat, Path("/proc").glob("[0-9]*")):
        if stat and stat[0] == postmaster:
            ticks += sum(map(int, stat[13:17]))
        elif stat and stat[3] == postmaster:
            ticks += sum(map(int, stat[13:15]))
    return ticks / TICKS + python.ru_utime + python.ru_stime


def _stat(process: Path) -> list[str]:
    try:
        number, _, rest = (process / "stat").read_text().partition(" (")
    except OSError:
        return []
    return [number, "", *rest.rpartition(") ")[2].split()]


def _report(size: int, pairs: Sequence[tuple[float, float]]) -> None:
    without, with_ = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratios = [sealed / bare for bare, sealed in pairs]
    tell(
        f"{size:>9,} transactions: {without:.1f} CPU s without seals, {with_:.1f} with, "
        f"ratio {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
