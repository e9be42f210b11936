"""What a feed's import costs, beside a bare COPY of the same rows into the same guarded table.

    python -m tests.bench.feeds [--rows 50000] [--rounds 3]

CPU seconds of PostgreSQL and Python, in turns, each in a copy of one database; what it takes to
start a command and read an empty file is not counted.
"""

import argparse
import csv
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.market import Database, Environment, cpu_used, manage, market, servers, tell

BEGAN = datetime(2026, 1, 5, tzinfo=UTC)
USAGE = ("metering_sn", "order", "started_at", "ended_at", "quantity", "sales_amount")
ORDERS = (
    *("number", "product", "order_type", "billing_mode", "customer_name", "customer_account"),
    *("currency", "paid_amount", "sales_amount", "placed_at", "paid_at", "effective_at"),
    "supervision_status",
)
#: The rows as the portal keeps them, taken from an import of the same file.
COLUMNS = (
    "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
    " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'"
    " AND attgenerated = ''"
)
TABLES = {"usage": "sellers_usagerecord", "orders": "sellers_order"}


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    with servers() as environment, tempfile.TemporaryDirectory() as directory:
        for kind, write in (("usage", _usage), ("orders", _orders)):
            file = Path(directory) / f"{kind}.csv"
            for rows, path in ((options.rows, file), (0, file.with_suffix(".empty"))):
                with path.open("w", newline="") as opened:
                    write(csv.writer(opened).writerow, rows)
            pairs = [_pair(environment, kind, file) for _ in range(options.rounds)]
            imported, bare = (statistics.median(each) for each in zip(*pairs, strict=True))
            ratios = [one / other for one, other in pairs]
            tell(
                f"{options.rows:>9,} {kind}: import {imported:.2f} CPU s, COPY {bare:.2f}, "
                f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            )


def _usage(write: Callable[[Sequence[str]], object], rows: int) -> None:
    write(USAGE)
    for n in range(rows):
        at = BEGAN + timedelta(minutes=n % 30000)
        of = f"U{0 if n % 10 == 0 else n * 7919 % 10000}"
        write(
            (
                f"M{n}",
                of,
                f"{at:%FT%TZ}",
                f"{at + timedelta(hours=1):%FT%TZ}",
                "1.5",
                f"{n % 997}.25",
            )
        )


def _orders(write: Callable[[Sequence[str]], object], rows: int) -> None:
    write(ORDERS)
    for n in range(rows):
        at = f"{BEGAN + timedelta(minutes=n % 30000):%FT%TZ}"
        of, paid = f"P{1 + (0 if n % 10 == 0 else n * 7919 % 10000)}", str(100 + n % 900)
        sold = ("purchase", "one_time", "Fabrikam", "fabrikam", "USD", paid, paid)
        write((f"O{n}", of, *sold, at, at, at, "not_applicable"))


def _pair(environment: Environment, kind: str, file: Path) -> tuple[float, float]:
    with market(environment, 0) as (database, own):
        database.execute("VACUUM ANALYZE")
        begun = cpu_used(database)
        manage(own, "import_feed", kind, str(file.with_suffix(".empty")))
        before = cpu_used(database)
        manage(own, "import_feed", kind, str(file))
        imported = cpu_used(database) - before - (before - begun)
        bare = _bare(database, TABLES[kind], file.with_suffix(".copied"))
    return imported, bare


def _bare(database: Database, table: str, file: Path) -> float:
    """The imported rows, taken out and put in again as they are."""
    [(columns,)] = database.execute(COLUMNS, [table]).fetchall()
    new = "WHERE number LIKE 'O%'" if table == TABLES["orders"] else ""
    with file.open("wb") as opened, database.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {columns} FROM {table} {new}) TO STDOUT") as out:
            opened.writelines(out)
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"DELETE FROM {table} {new}")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
        before = cpu_used(database)
        with (
            file.open("rb") as opened_again,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
        ):
            while piece := opened_again.read(1 << 20):
                copy.write(piece)
    return cpu_used(database) - before


if __name__ == "__main__":
    main(sys.argv[1:])
