"""What the scheduled proof costs after a month's close, with ever more months before it.

python -m tests.bench.proofs [--size 100000] [--months 6]

CPU seconds of the one backend that proves: what a close leaves to the others is not the proof's.
"""

import argparse
import sys
from collections.abc import Sequence

from tests.bench.market import CYCLES, Environment, close, fill, market, run_module, servers, tell

CHANGED, EVERYTHING = "prove_what_changed", "prove_everything"
PROVE = """
from django.db import connection
from settlement.services.proving import {what}
from tests.bench.market import backend_cpu
connection.ensure_connection()
backend = connection.connection.info.backend_pid
assert all(found.holds for found in {what}())
print(backend_cpu(backend))
"""


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=6)
    given = parser.parse_args(arguments)
    with servers() as environment, market(environment, given.size) as (database, own):
        proven(own, EVERYTHING)
        for months, cycle in enumerate(sorted(CYCLES)[: given.months], start=1):
            fill(database, given.size, cycle)
            arrived = proven(own, CHANGED)
            closed = close(database, own, cycle, workers=1)
            issued = proven(own, CHANGED)
            nothing = proven(own, CHANGED)
            tell(
                f"month {months}: {arrived:.2f} CPU s after {given.size} transactions arrived,"
                f" {issued:.2f} after {closed.lines} were billed, {nothing:.2f} after that"
            )
        tell(f"everything: {proven(own, EVERYTHING):.2f}")


def proven(own: Environment, what: str) -> float:
    return float(run_module(own, "manage", "shell", "-v", "0", "-c", PROVE.format(what=what)))


if __name__ == "__main__":
    main(sys.argv[1:])
