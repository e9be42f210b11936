"""How long a close takes, beside a bare INSERT … SELECT of the same lines, in one run.

    python -m tests.bench.close [--sizes 10000 100000 1000000] [--rounds 3]

Machines differ and are shared, so only the ratio of CPU seconds counts: both are measured in turn
on the same database. Every size is closed twice: its first cycle on an empty table of lines, its
second on one that holds the first. One worker and two; a worker's peak memory shows that Python
only drives.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from typing import Any

from tests.bench.market import (
    CYCLES,
    Database,
    Environment,
    close,
    fill,
    market,
    server_cpu,
    servers,
    statements,
    tell,
)

BARE = """
CREATE TABLE bare_billline (LIKE settlement_billline INCLUDING ALL) WITH (autovacuum_enabled = off)
"""


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with servers() as environment:
        for size in options.sizes:
            _report(size, [_round(environment, size) for _ in range(options.rounds)])


def _round(environment: Environment, size: int) -> list[dict[str, Any]]:
    """Both cycles by one worker, then both by two, each on a market of its own."""
    measured = []
    for workers in (1, 2):
        with market(environment, size) as (database, own):
            database.execute(BARE)
            for cycle in sorted(CYCLES)[:2]:
                fill(database, size, cycle)
                bare = _bare(database, cycle)
                closed = close(database, own, cycle, workers)
                measured.append({"workers": workers, "cycle": cycle, "bare": bare, "close": closed})
    return measured


def _bare(database: Database, cycle: str) -> float:
    """CPU seconds; nothing of it is left to be vacuumed or written while the close is measured."""
    before = server_cpu(database)
    database.execute(statements("bare.sql")[0], {"cycle": cycle})
    used = server_cpu(database) - before
    database.execute("TRUNCATE bare_billline")
    database.execute("CHECKPOINT")
    return used


def _report(size: int, rounds: list[list[dict[str, Any]]]) -> None:
    """One line a case: medians over the rounds, the ratio pair by pair."""
    for case in zip(*rounds, strict=True):
        first = case[0]
        ratio = [one["close"].cpu / one["bare"] for one in case]
        cpu = statistics.median(one["close"].cpu for one in case)
        seconds = statistics.median(one["close"].seconds for one in case)
        table = "empty" if first["cycle"] == min(CYCLES) else "grown"
        tell(
            f"{size:>9,} transactions, {first['workers']} worker(s), {table} table: "
            f"bare {statistics.median(one['bare'] for one in case):6.2f} CPU s, close {cpu:6.2f}, "
            f"ratio {statistics.median(ratio):.2f} ({min(ratio):.2f} to {max(ratio):.2f}), "
            f"{seconds:6.1f} s, {first['close'].lines / cpu:>9,.0f} lines a CPU s, "
            f"worker {max(one['close'].megabytes for one in case):.0f} MB"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
