"""Whether pages of the console stay quick: a bill of 100,000 lines beside one of 10, and so on.

    python -m tests.bench.console [--rounds 15]

Both pages of a pair are asked for in turn, in one process on one database, so that their ratio
counts whatever the machine is doing. Beside it the number of queries of each.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

from tests.bench.market import close, fill, market, run_module, servers, statements, tell

CYCLE = "202601"
#: The first seller has a tenth of it: a bill of 100,000 lines.
TRANSACTIONS = 1_000_000
DEEP = 10_000
RATE = "1000000/second"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--transactions", type=int, default=TRANSACTIONS)
    options = parser.parse_args(arguments)
    with servers() as environment, market(environment, options.transactions) as (database, own):
        fill(database, options.transactions, CYCLE)
        for statement in statements("small.sql"):
            database.execute(statement)
        close(database, own, CYCLE, 2)
        database.execute("VACUUM ANALYZE")
        tell(run_module(own, "tests.bench.console", "measure", str(options.rounds)).strip())


def measure(rounds: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koogallery.settings")
    os.environ |= {"LOG_LEVEL": "ERROR", "API_RATE": RATE, "COSTLY_RATE": RATE}
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from koogallery.models import User  # noqa: PLC0415
    from sellers.models import Seller  # noqa: PLC0415
    from settlement.models import Bill  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    small, large = (_client(Client, User, Seller, number) for number in ("SMALL", "S0"))
    operator = Client()
    operator.force_login(User.objects.create(username="bench", is_staff=True, is_superuser=True))
    of = {
        bill.seller.number: bill for bill in Bill.objects.filter(seller__number__in=["SMALL", "S0"])
    }
    few, many = f"/bills/{of['SMALL'].number}/", f"/bills/{of['S0'].number}/"
    deep = f"{many}?after={of['S0'].line_count - 100}"
    first = f"/api/v1{many}lines/?page_size=500"
    lines, bills = f"{of['S0'].line_count:,} lines", f"{Bill.objects.count():,} bills"
    pairs = [
        (f"bill of {lines}", (large, many), (small, few)),
        (f"its last page of {lines}", (large, deep), (small, few)),
        (f"its {lines} sorted by amount", (large, f"{many}?sort=-settlement"),
         (small, f"{few}?sort=-settlement")),
        (f"list of {bills}", (operator, "/bills/"), (small, "/bills/")),
        ("Transaction Details", (large, "/transactions/"), (small, "/transactions/")),
        ("Orders", (large, "/orders/"), (small, "/orders/")),
        ("Overview", (large, "/overview/"), (small, "/overview/")),
        ("Overview beside a bill", (large, "/overview/"), (large, many)),
        (f"page {DEEP:,} of Orders beside the first", (operator, deep_page()),
         (operator, "/orders/?sort=-placed_at")),
        (f"API, first of {lines}, beside an operator", (_caller(Client, large, "S0"), first),
         (_caller(Client, operator), first)),
    ]  # fmt: skip
    for what, one, other in pairs:
        _compare(what, one, other, rounds)


def _client(client: Any, users: Any, sellers: Any, number: str) -> Any:
    member = users.objects.create(username=f"of-{number}")
    sellers.objects.get(number=number).members.create(user=member, role="owner")
    browser = client()
    browser.force_login(member)
    return browser


def deep_page() -> str:
    """Of everyone's orders, the newest first."""
    from urllib.parse import urlencode  # noqa: PLC0415

    from sellers.models import Order  # noqa: PLC0415

    last = Order.objects.order_by("-placed_at", "-pk")[25 * (DEEP - 1) - 1]
    after = f"{last.placed_at.isoformat()}~{last.pk}"
    return f"/orders/?{urlencode({'sort': '-placed_at', 'after': after})}"


def _caller(client: Any, browser: Any, seller: str = "") -> Any:
    """Whoever the browser is of, by a token: for a seller, or for operators."""
    from koogallery.models import AccessToken, User  # noqa: PLC0415

    person = User.objects.get(pk=browser.session["_auth_user_id"])
    token = AccessToken.objects.create(user=person, name="bench", seller_number=seller)[1]
    return client(headers={"Authorization": f"Bearer {token}"})


def _compare(what: str, one: tuple[Any, str], other: tuple[Any, str], rounds: int) -> None:
    queries = [_queries(*page) for page in (one, other)]
    pairs = [(_seconds(*one), _seconds(*other)) for _ in range(rounds)]
    ratios = [large / small for large, small in pairs]
    large, small = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    tell(
        f"{what:>42}: {large:6.1f} ms beside {small:6.1f} ms, "
        f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
        f"queries {queries[0]} and {queries[1]}"
    )


def _seconds(client: Any, address: str) -> float:
    begun = time.perf_counter()
    answer = client.get(address)
    seconds = time.perf_counter() - begun
    assert answer.status_code == 200, (address, answer.status_code)
    return seconds


def _queries(client: Any, address: str) -> int:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as captured:
        _seconds(client, address)
    return len(captured)


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(int(sys.argv[2]))
    else:
        main(sys.argv[1:])
