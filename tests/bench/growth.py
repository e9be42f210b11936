"""What a month leaves behind: bytes a row, indexes included, and what proving it costs.

python -m tests.bench.growth [--size 200000]
"""

import argparse
import sys
from collections.abc import Sequence

from tests.bench.market import (
    CYCLES,
    close,
    fill,
    market,
    run_module,
    server_cpu,
    servers,
    tell,
)

#: Partitions count as their table.
SIZES = """
SELECT coalesce(p.inhparent, c.oid)::regclass::text AS name,
       sum(pg_total_relation_size(c.oid))::float8, sum(c.reltuples)::float8
FROM pg_class c
LEFT JOIN pg_inherits p ON p.inhrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
GROUP BY 1
ORDER BY 2 DESC
"""
#: Below this many rows a table is its pages, not its rows.
TELLING = 1000


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", type=int, default=200_000)
    size = parser.parse_args(arguments).size
    cycle = min(CYCLES)
    with servers() as environment, market(environment, size) as (database, own):
        fill(database, size, cycle)
        closed = close(database, own, cycle, workers=1)
        tell(f"close: {closed.cpu / closed.lines * 1e6:.0f} CPU µs a line")
        before = server_cpu(database)
        run_module(own, "manage", "verify_books")
        proven = server_cpu(database) - before
        tell(f"verify_books: {proven / closed.lines * 1e6:.0f} CPU µs of the server a line")
        database.execute("VACUUM ANALYZE")
        for name, taken, rows in database.execute(SIZES).fetchall():
            if rows > TELLING:
                tell(f"{name:32} {rows:>10,.0f} rows {taken / rows:>8.0f} bytes a row")


if __name__ == "__main__":
    main(sys.argv[1:])
