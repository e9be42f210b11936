"""How fast the API is beside a bare view of the REST framework, on the same data and server.

    python -m tests.bench.api [--seconds 8] [--records 1000]

The bare views do the same work without our conventions: a ModelSerializer, one bulk insert without
a rule, a cursor without filters. Both are called in turn in one run, by one client, so that only
the ratio counts.
"""

import argparse
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from tools.places import run_directory
from tools.postgresql import DURABLE
from tools.processes import Crew
from tools.servers import start_servers

ROUNDS = 3
BILLS = 500
_serial = count(1)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--records", type=int, default=1000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as data, run_directory() as run, Crew() as crew:
        os.environ |= start_servers(crew, Path(data), run, DURABLE)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "koogallery.settings",
            "API_RATE": "1000000/second",
            "LOG_LEVEL": "ERROR",
            "DATA_DIR": data,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "KEY_MASTER": secrets.token_urlsafe(50),
        }
        _measure(run, options.seconds, options.records)


def _measure(run: Path, seconds: float, records: int) -> None:
    import django  # noqa: PLC0415 -- settings are read from the environment made above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from tests.bench import bare_api  # noqa: PLC0415

    token = bare_api.build_market(BILLS)
    with _served(run) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        share = seconds / ROUNDS
        for name, ours, bare in _cases(client, records):
            pairs = [(_rate(ours, share), _rate(bare, share)) for _ in range(ROUNDS)]
            ratios = [theirs / own for own, theirs in pairs]
            sys.stdout.write(
                f"{name}: ours {statistics.median(own for own, _ in pairs):.1f}/s, "
                f"bare {statistics.median(theirs for _, theirs in pairs):.1f}/s, "
                f"ratio {statistics.median(ratios):.2f} "
                f"({min(ratios):.2f} to {max(ratios):.2f})\n"
            )
            sys.stdout.flush()


def _cases(client: Any, records: int) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    def upload(path: str) -> Callable[[], Any]:
        return lambda: client.post(path, json={"records": _records(records)})

    def read(path: str) -> Callable[[], Any]:
        return lambda: client.get(path)

    yield f"POST {records} usage records", upload("/api/v1/usage-records/"), upload("/bare/usage/")
    for size in (100, 500):
        ours, bare = f"/api/v1/bills/?page_size={size}", f"/bare/bills/?page_size={size}"
        yield f"GET {size} bills", read(ours), read(bare)


def _records(how_many: int) -> list[dict[str, str]]:
    return [
        {
            "metering_sn": f"m-{next(_serial)}",
            "order": "CS-BENCH",
            "started_at": "2026-02-03T00:00:00Z",
            "ended_at": "2026-02-03T01:00:00Z",
            "quantity": "2.5",
            "sales_amount": "1.25",
            "customer_wht": "0",
        }
        for _ in range(how_many)
    ]


def _rate(call: Callable[[], Any], seconds: float) -> float:
    call().raise_for_status()
    calls, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        call().raise_for_status()
        calls += 1
    return calls / (time.perf_counter() - begun)


@contextmanager
def _served(run: Path) -> Iterator[Any]:
    from tests.servers import client_of, served  # noqa: PLC0415

    with served(run, "tests.bench.bare_wsgi:application") as socket, client_of(socket) as client:
        yield client


if __name__ == "__main__":
    main(sys.argv[1:])
