"""What a million rows as a file take: CPU seconds of Python and PostgreSQL, and memory.

    python -m tests.bench.exports [--rows 1000000]

Each file is written by a process of its own, whose peak memory is the operating system's figure;
beside it a process that does the same for no rows at all, so that what the rows add can be seen,
and one that has PostgreSQL write the same columns by a bare COPY.
"""

import argparse
import os
import resource
import sys
from collections.abc import Sequence
from typing import Any

from tests.bench.market import (
    KILOBYTES_A_MEGABYTE,
    backend_cpu,
    close,
    fill,
    market,
    run_module,
    servers,
    tell,
)

LISTS = ("bill-lines", "orders", "usage-records", "transactions")
CYCLE = "202601"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--lists", nargs="+", default=list(LISTS))
    parser.add_argument("--forms", nargs="+", default=["csv", "xlsx"])
    options = parser.parse_args(arguments)
    with servers() as environment, market(environment, options.rows) as (database, own):
        fill(database, options.rows, CYCLE)
        close(database, own, CYCLE, 2)
        for name in options.lists:
            files = [(form, query) for form in options.forms for query in ("seller=nobody", "")]
            for how, query in (("bare", ""), *files):
                told = run_module(own, "tests.bench.exports", "write", name, how, query)
                tell(f"{name:>13} {how:>4}  {'no rows' if query else 'all rows'}: {told.strip()}")


def write(name: str, how: str, query: str) -> None:
    """One export, as the Celery task writes it, or a bare COPY of a list's columns."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koogallery.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415

    from koogallery.models import User  # noqa: PLC0415

    operator, _ = User.objects.get_or_create(
        username="bench", defaults={"is_staff": True, "is_superuser": True}
    )
    if name == "transactions":
        query = query.replace("seller=nobody", "number=nobody")
    backend = connection.connection.info.backend_pid
    before = _python(), backend_cpu(backend)
    done = _bare(name, operator) if how == "bare" else _exported(name, how, query, operator)
    python, server = _python() - before[0], backend_cpu(backend) - before[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEGABYTE
    tell(f"{done}, CPU {python:.2f} + {server:.2f} = {python + server:.2f} s, peak {peak:.0f} MB")


def _exported(name: str, form: str, query: str, operator: Any) -> str:
    from koogallery.exports import jobs  # noqa: PLC0415
    from koogallery.models import ExportJob  # noqa: PLC0415

    number = jobs.request_export(name, form, query, by_client=True, actor=operator).number
    jobs.write_export(number)
    job = ExportJob.objects.get(number=number)
    if job.state != "ready":
        raise SystemExit(f"{job.state}: {job.reason}")
    return f"{job.rows_done:,} rows, {(job.size or 0) / KILOBYTES_A_MEGABYTE**2:.0f} MB"


def _bare(name: str, operator: Any) -> str:
    """The list's own query, whose values PostgreSQL writes as it likes."""
    from django.db import connection  # noqa: PLC0415
    from psycopg import ClientCursor  # noqa: PLC0415

    from settlement.listings import bills, orders  # noqa: PLC0415

    listed = {"bill-lines": bills.LINES, "orders": orders.ORDERS, "usage-records": orders.USAGE}
    if name not in listed:
        return "none"
    columns = [each.lookup for each in listed[name].exported.values() if each.lookup]
    rows = listed[name].client_rows(operator, {}).values_list(*columns)
    size = 0
    with connection.cursor() as cursor:
        told = ClientCursor(cursor.connection).mogrify(*rows.query.sql_with_params())
        with cursor.copy(f"COPY ({told}) TO STDOUT (FORMAT csv)") as copy:
            for line in copy:
                size += len(line)
    return f"{size / KILOBYTES_A_MEGABYTE**2:.0f} MB"


def _python() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(*sys.argv[2:])
    else:
        main(sys.argv[1:])
