"""Transfers of two legs beside django-hordak: one by one, by the ORM, by one statement.

    .venv/bin/uv pip install --target var/hordak -c requirements.lock django-hordak==2.0.0
    PYTHONPATH=var/hordak .venv/bin/python -m tests.bench.postings [--transfers 2000] [--rounds 3]

Transfers a CPU second of Python and PostgreSQL, in turns, each ledger in a database of its own on
one server, with its constraints. Ours are logged for their seals besides; hordak keeps no such log.
By one statement is how the close posts, in the shape of `post_bills.sql`. hordak is in no lock.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

from tests.bench.market import (
    Environment,
    backend_cpu,
    copied,
    manage,
    run_module,
    servers,
    tell,
)

LEDGERS = ("ours", "hordak")
AMOUNT = Decimal("12.34")
AT = datetime(2026, 1, 31, tzinfo=UTC)
SET_BASED = """
WITH journals AS (
    INSERT INTO settlement_journal (key, kind, subject, effective_at)
    SELECT 'bench:' || %s || ':' || n, 'bill', 'bench', %s FROM generate_series(1, %s) n
    RETURNING id
)
INSERT INTO settlement_ledgerentry (journal_id, account, currency, amount)
SELECT id, account, 'USD', amount
FROM journals, (VALUES ('bank', 12.34), ('suspense', -12.34)) leg (account, amount)
"""
_serial = count(1)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--transfers", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    rates: dict[str, list[float]] = {}
    with servers() as environment:
        for _ in range(options.rounds):
            for ledger in LEDGERS:
                with _books(environment, ledger) as own:
                    for line in _measure(own, ledger, options.transfers):
                        how, rate = line.rsplit(" ", 1)
                        rates.setdefault(how, []).append(float(rate))
    for how, of in rates.items():
        tell(f"{how}: {statistics.median(of):,.0f} a CPU s ({min(of):,.0f} to {max(of):,.0f})")


@contextmanager
def _books(environment: Environment, ledger: str) -> Iterator[Environment]:
    """A database of its own; hordak's holds nothing but hordak."""
    with copied(environment, "ledger") as (database, own):
        if ledger == "ours":
            yield own
            return
        alone = {**own, "DJANGO_SETTINGS_MODULE": "tests.bench.hordak_settings"}
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        manage(alone, "migrate", "--verbosity", "0")
        yield alone


def _measure(environment: Environment, ledger: str, transfers: int) -> list[str]:
    return run_module(environment, "tests.bench.postings", ledger, str(transfers)).splitlines()


def measure(ledger: str, transfers: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koogallery.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415

    for how, post in {"ours": _ours, "hordak": _hordak}[ledger]():
        connection.ensure_connection()
        pid = connection.connection.info.backend_pid
        post(10)
        before = time.process_time() + backend_cpu(pid)
        if how == "one by one":
            for _ in range(transfers):
                post(1)
        else:
            with transaction.atomic():
                post(transfers * 10)
            transfers *= 10
        used = time.process_time() + backend_cpu(pid) - before
        sys.stdout.write(f"{ledger}, {how} {transfers / used}\n")


def _ours() -> Iterator[tuple[str, Callable[[int], Any]]]:
    from django.db import connection, transaction  # noqa: PLC0415

    from settlement.choices import Account  # noqa: PLC0415
    from settlement.models import Journal, LedgerEntry  # noqa: PLC0415
    from settlement.services.ledger import post  # noqa: PLC0415

    legs = {Account.BANK: AMOUNT, Account.SUSPENSE: -AMOUNT}

    @transaction.atomic
    def transfer() -> None:
        post(
            key=f"bench:{next(_serial)}",
            kind="bill",
            seller_id=None,
            subject="bench",
            effective_at=AT,
            currency="USD",
            legs=legs,
        )

    def in_bulk(how_many: int) -> None:
        journals = Journal.objects.bulk_create(
            Journal(key=f"bench:{next(_serial)}", kind="bill", subject="bench", effective_at=AT)
            for _ in range(how_many)
        )
        LedgerEntry.objects.bulk_create(
            LedgerEntry(journal=journal, account=account, currency="USD", amount=amount)
            for journal in journals
            for account, amount in legs.items()
        )

    def set_based(how_many: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(SET_BASED, [f"{next(_serial)}s", AT, how_many])

    yield "one by one", partial(_repeat, transfer)
    yield "by the ORM", in_bulk
    yield "by one statement", set_based


def _hordak() -> Iterator[tuple[str, Callable[[int], Any]]]:
    from hordak.models import (  # type: ignore[import-not-found] # noqa: PLC0415
        Account,
        Leg,
        Transaction,
    )
    from moneyed import Money  # type: ignore[import-not-found] # noqa: PLC0415

    amount = Money(AMOUNT, "USD")
    bank, suspense = (
        Account.objects.create(name=name, type=type_, currencies=["USD"])
        for name, type_ in (("Bank", "AS"), ("Suspense", "LI"))
    )

    def in_bulk(how_many: int) -> None:
        transactions = Transaction.objects.bulk_create(
            Transaction(date=AT.date()) for _ in range(how_many)
        )
        Leg.objects.bulk_create(
            leg
            for each in transactions
            for leg in (
                Leg(transaction=each, account=suspense, credit=amount),
                Leg(transaction=each, account=bank, debit=amount),
            )
        )

    yield "one by one", partial(_repeat, lambda: suspense.transfer_to(bank, amount))
    yield "by the ORM", in_bulk


def _repeat(call: Callable[[], Any], times: int) -> None:
    for _ in range(times):
        call()


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in LEDGERS:
        measure(sys.argv[1], int(sys.argv[2]))
    else:
        main(sys.argv[1:])
