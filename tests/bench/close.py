"""How long a close takes, beside a bare INSERT … SELECT of the same lines, in one run.

    python -m tests.bench.close [--sizes 10000 100000 1000000] [--rounds 3]

Machines differ and are shared, so only the ratio counts: both are measured in turn on the same
database. Every size is closed twice: its first cycle on an empty table of lines, its second on one
that holds the first. One worker and two; a worker's peak memory shows that Python only drives.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

from tests.bench.market import (
    CYCLES,
    Database,
    Environment,
    close,
    fill,
    market,
    servers,
    statements,
    tell,
)


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
            database.execute("CREATE TABLE bare_billline (LIKE settlement_billline INCLUDING ALL)")
            for cycle in CYCLES:
                fill(database, size, cycle)
                bare = _bare(database, cycle)
                seconds, lines, peak = close(own, cycle, workers)
                closed = {"close": seconds, "lines": lines, "peak": peak}
                measured.append({"workers": workers, "cycle": cycle, "bare": bare, **closed})
    return measured


def _bare(database: Database, cycle: str) -> float:
    database.execute("TRUNCATE bare_billline")
    begun = time.perf_counter()
    database.execute(statements("bare.sql")[0], {"cycle": cycle})
    seconds = time.perf_counter() - begun
    database.execute("CHECKPOINT")
    return seconds


def _report(size: int, rounds: list[list[dict[str, Any]]]) -> None:
    """One line a case: medians over the rounds, the ratio pair by pair."""
    for case in zip(*rounds, strict=True):
        first = case[0]
        ratio = [one["close"] / one["bare"] for one in case]
        close_ = statistics.median(one["close"] for one in case)
        table = "empty" if first["cycle"] == min(CYCLES) else "grown"
        tell(
            f"{size:>9,} transactions, {first['workers']} worker(s), {table} table: "
            f"bare {statistics.median(one['bare'] for one in case):6.2f} s, close {close_:6.2f} s, "
            f"ratio {statistics.median(ratio):.2f} ({min(ratio):.2f} to {max(ratio):.2f}), "
            f"{first['lines'] / close_:>9,.0f} lines/s, "
            f"worker {max(one['peak'] for one in case):.0f} MB"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
