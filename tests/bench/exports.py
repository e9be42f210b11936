"""What a million rows as a file take: memory above all.

    python -m tests.bench.exports [--rows 1000000]

Each file is written by a process of its own, whose peak memory is the operating system's figure;
beside it a process that does the same for no rows at all, so that what the rows add can be seen.
"""

import argparse
import os
import resource
import sys
import time
from collections.abc import Sequence

from tests.bench.market import KILOBYTES_A_MEGABYTE, close, fill, market, run_module, servers, tell

LISTS = ("bill-lines", "orders", "usage-records", "transactions")
CYCLE = "202601"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--lists", nargs="+", default=list(LISTS))
    options = parser.parse_args(arguments)
    with servers() as environment, market(environment, options.rows) as (database, own):
        fill(database, options.rows, CYCLE)
        close(own, CYCLE, 2)
        for name in options.lists:
            for form in ("csv", "xlsx"):
                none = run_module(own, "tests.bench.exports", "write", name, form, "seller=nobody")
                tell(f"{name:>13} {form:>4}  without rows: {none.strip()}")
                some = run_module(own, "tests.bench.exports", "write", name, form, "")
                tell(f"{name:>13} {form:>4}  with all rows: {some.strip()}")


def write(name: str, form: str, query: str) -> None:
    """One export, as the Celery task writes it; prints rows, seconds, size, peak memory."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koogallery.settings")
    import django  # noqa: PLC0415

    django.setup()
    from koogallery.exports import jobs  # noqa: PLC0415
    from koogallery.models import ExportJob, User  # noqa: PLC0415

    operator, _ = User.objects.get_or_create(
        username="bench", defaults={"is_staff": True, "is_superuser": True}
    )
    if name == "transactions":
        query = query.replace("seller=nobody", "number=nobody")
    number = jobs.request_export(name, form, query, by_client=True, actor=operator).number
    begun = time.perf_counter()
    jobs.write_export(number)
    seconds = time.perf_counter() - begun
    job = ExportJob.objects.get(number=number)
    if job.state != "ready":
        raise SystemExit(f"{job.state}: {job.reason}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTES_A_MEGABYTE
    megabytes = (job.size or 0) / KILOBYTES_A_MEGABYTE**2
    tell(f"{job.rows_done:,} rows, {seconds:.1f} s, {megabytes:.0f} MB file, peak {peak:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        write(*sys.argv[2:])
    else:
        main(sys.argv[1:])
