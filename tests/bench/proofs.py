"""What the scheduled proof costs after a month's close, with ever more months before it.

python -m tests.bench.proofs [--size 100000] [--months 6]
"""

import argparse
import sys
from collections.abc import Sequence

from tests.bench.market import (
    CYCLES,
    Database,
    Environment,
    close,
    fill,
    market,
    run_module,
    server_cpu,
    servers,
    tell,
)

CHANGED = "from settlement.services.proving import prove_what_changed as prove"
EVERYTHING = "from settlement.services.proving import prove_everything as prove"
ALL_HOLD = "; assert all(found.holds for found in prove())"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=6)
    given = parser.parse_args(arguments)
    with servers() as environment, market(environment, given.size) as (database, own):
        database.execute("ALTER SYSTEM SET autovacuum = off")
        database.execute("SELECT pg_reload_conf()")
        proven(database, own, EVERYTHING)
        for months, cycle in enumerate(sorted(CYCLES)[: given.months], start=1):
            fill(database, given.size, cycle)
            arrived = proven(database, own, CHANGED)
            closed = close(database, own, cycle, workers=1)
            issued = proven(database, own, CHANGED)
            nothing = proven(database, own, CHANGED)
            tell(
                f"month {months}: {arrived:.2f} CPU s of the server after {given.size} transactions"
                f" arrived, {issued:.2f} after {closed.lines} were billed, {nothing:.2f} after that"
            )
        tell(f"everything: {proven(database, own, EVERYTHING):.2f}")


def proven(database: Database, own: Environment, what: str) -> float:
    before = server_cpu(database)
    run_module(own, "manage", "shell", "-v", "0", "-c", what + ALL_HOLD)
    return server_cpu(database) - before


if __name__ == "__main__":
    main(sys.argv[1:])
