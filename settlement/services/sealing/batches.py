"""Changes become seals a batch at a time: a close's own, and what has changed since (R7.3)."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from string import Template

from django.db import connection, transaction

from koogallery.statements import read_statement
from settlement.sealed_forms import array_form, columns_of_tables
from settlement.sealed_tables import COLUMNS_LEFT_OUT, LINES

#: While it is set, triggers give it to what they log of sellers.
_NAME_BATCH = "SELECT set_config('seals.batch', %s, true)"
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


@contextmanager
def batch_of_changes() -> Iterator[int]:
    """What is logged of sellers inside is one batch, to be sealed; the caller holds their locks."""
    batch = _next_batch()
    with connection.cursor() as cursor:
        cursor.execute(_NAME_BATCH, [str(batch)])
    yield batch
    with connection.cursor() as cursor:
        cursor.execute(_NAME_BATCH, [""])


def seal_batch(batch: int, bills: Sequence[int] = ()) -> None:
    """A link for each seller of the batch; `bills` are those that it issued."""
    columns = [
        each for each in columns_of_tables(LINES)[LINES] if each.name not in COLUMNS_LEFT_OUT[LINES]
    ]
    statement = Template(read_statement("settlement/seal_batch")).substitute(
        line=array_form(columns)
    )
    names = json.dumps([each.name for each in columns], separators=(",", ":"))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"batch": batch, "bills": list(bills), "line_columns": names})


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
            cursor.execute(_TAKE + _OF_SELLERS, {"batch": batch, "sellers": sellers})
            seal_batch(batch)
    return sellers


@transaction.atomic
def _seal_what_is_nobodys() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_CHAIN)
        batch = _next_batch()
        cursor.execute(_TAKE + _OF_NOBODY, {"batch": batch})
        if cursor.rowcount:
            seal_batch(batch)
            return True
    return False


def _next_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_BATCH)
        [batch] = cursor.fetchone()
    return int(batch)
