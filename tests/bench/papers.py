"""What a paper takes: CPU seconds, and the memory of this process and of its largest child.

python -m tests.bench.papers [--rows 20000]
"""

import argparse
import io
import resource
import sys
from collections.abc import Sequence
from datetime import date

from tests.bench.market import KILOBYTES_A_MEGABYTE, tell

NAMES = ("Wiśła Design Suite", "华云科技 账本", "คลาวด์เจ้าพระยา", "شركة الخليج", "한국 소프트웨어")


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=20_000)
    rows = parser.parse_args(arguments).rows
    from django.conf import settings  # noqa: PLC0415

    settings.configure(USE_I18N=False)
    from koogallery.papers import Column, Paper, Table, figures, write_paper  # noqa: PLC0415

    columns = [
        *figures("No."),
        *map(Column, ("Order", "Product", "Customer")),
        *figures("Sales", "Customers' WHT", "Fee ratio", "Settled"),
    ]
    lines = [
        (str(row), f"CS26111522{row:07}", NAMES[row % 5], NAMES[row % 3], *["12,345.67"] * 4)
        for row in range(rows)
    ]
    file = io.BytesIO()
    write_paper(file, Paper("Bill", "B1", date(2026, 2, 3), parts=[Table("Lines", columns, lines)]))
    ours, theirs = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    cpu = sum(each.ru_utime + each.ru_stime for each in (ours, theirs))
    peaks = [each.ru_maxrss / KILOBYTES_A_MEGABYTE for each in (ours, theirs)]
    tell(
        f"{rows:,} rows, {file.tell() / KILOBYTES_A_MEGABYTE**2:.1f} MB: CPU {cpu:.1f} s, "
        f"peak {peaks[0]:.0f} MB, of a part {peaks[1]:.0f} MB"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
