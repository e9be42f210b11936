"""What seals cost a close: CPU seconds of PostgreSQL and of the worker, with and without, in turns.

    python -m tests.bench.seals [--sizes 100000 1000000] [--rounds 3]

Both close the same transactions of 10,000 sellers, each in a copy of one database. Without: no
trigger logs, and nothing is sealed.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence

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
        database.execute("VACUUM ANALYZE")
        database.execute("CHECKPOINT")
        return close(database, own, CYCLE, 1, sealed=sealed).cpu


def _report(size: int, pairs: Sequence[tuple[float, float]]) -> None:
    without, with_ = (statistics.median(each) for each in zip(*pairs, strict=True))
    ratios = [sealed / bare for bare, sealed in pairs]
    tell(
        f"{size:>9,} transactions: {without:.1f} CPU s without seals, {with_:.1f} with, "
        f"ratio {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
