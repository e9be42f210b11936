"""Changes become seals a batch at a time: a close's own, and what has changed since (R7.3)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from string import Template
from typing import NamedTuple

from django.db import connection, transaction

from koogallery.statements import read_statement
from settlement.sealed_tables import LINES

#: While `seals.batch` is set, triggers give it to what they log of sellers.
_BEGIN_BATCH = """
SELECT set_config('seals.batch', nextval('batch_of_seals')::text, true)::bigint,
       coalesce(pg_sequence_last_value('settlement_sealedchange_id_seq'), 0)
"""
_END_BATCH = "SELECT set_config('seals.batch', '', true)"
#: Of tables that have just begun to grow nothing is known yet.
_BY_INDEX = "SELECT set_config('enable_seqscan', %s, true)"
_NEXT_BATCH = "SELECT nextval('batch_of_seals')"
#: Sellers that one transaction seals: their locks are held for a moment only.
SELLERS = 200
_SELLERS = """
SELECT s.id FROM sellers_seller s
WHERE s.id IN (SELECT seller_id FROM settlement_sealedchange
               WHERE batch IS NULL AND seller_id > %(after)s)
ORDER BY s.id LIMIT %(sellers)s FOR NO KEY UPDATE SKIP LOCKED
"""
_TAKE = "UPDATE settlement_sealedchange SET batch = %(batch)s WHERE batch IS NULL AND "
_OF_SELLERS = "seller_id = ANY(%(sellers)s::bigint[])"
_OF_NOBODY = "seller_id IS NULL"
#: The one chain of what is no seller's goes on link by link.
_HOLD_CHAIN = "SELECT pg_advisory_xact_lock(hashtextextended('chain of seals', 0))"


class Batch(NamedTuple):
    """What is sealed at once: its number, and the last change logged before it."""

    number: int
    after: int


@contextmanager
def batch_of_changes() -> Iterator[Batch]:
    """What is logged of sellers inside is one batch, to be sealed; the caller holds their locks."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN_BATCH)
        yield Batch(*cursor.fetchone())
        cursor.execute(_END_BATCH)


def seal_batch(batch: Batch, bills: Sequence[int] = (), lines: str = LINES) -> None:
    """A link for each seller of the batch; `bills` are those that it issued, with these lines."""
    run = Template(read_statement("settlement/run_of_lines")).substitute(bill="b.id", lines=lines)
    statement = Template(read_statement("settlement/seal_batch")).substitute(run=run, lines=lines)
    with connection.cursor() as cursor:
        cursor.execute(_BY_INDEX, ["off"])
        cursor.execute(statement, {**batch._asdict(), "batch": batch.number, "bills": list(bills)})
        cursor.execute(_BY_INDEX, ["on"])


def seal_what_changed() -> int:
    """Everything committed and not sealed yet; returns how many chains went on.

    A seller who is busy is left to the next time.
    """
    sealed, after = int(_seal_what_is_nobodys()), 0
    while sellers := _seal_some(after):
        after = sellers[-1]
        sealed += len(sellers)
    return sealed


@transaction.atomic
def _seal_some(after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_SELLERS, {"after": after, "sellers": SELLERS})
        sellers = [seller for (seller,) in cursor.fetchall()]
        if sellers:
            batch = _next_batch()
            cursor.execute(_TAKE + _OF_SELLERS, {"batch": batch.number, "sellers": sellers})
            seal_batch(batch)
    return sellers


@transaction.atomic
def _seal_what_is_nobodys() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_CHAIN)
        batch = _next_batch()
        cursor.execute(_TAKE + _OF_NOBODY, {"batch": batch.number})
        if cursor.rowcount:
            seal_batch(batch)
            return True
    return False


def _next_batch() -> Batch:
    """For changes of any time."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_BATCH)
        [number] = cursor.fetchone()
    return Batch(number, 0)
