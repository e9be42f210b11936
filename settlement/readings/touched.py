"""What has changed since the books were last proven, as the log of changes names it (R7.2, R7.3).

An invariant marks what it looks at: `touched(KIND, KEY)` is true in a proof of everything, and in
one of what has changed holds for the rows of that kind in `sql/touched.sql`. `touched(seller, KEY)`
holds for sellers of whom a row changed in a table that the invariant reads. Lines, of which no log
has the rows, are a bill's (`lines`); where each can be proven for itself, a transaction's, too
(`line`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from koogallery.statements import columns_of, read_statement
from settlement.sealed_tables import LEFT_OUT, LINES

_MARK = re.compile(r"touched\((\w+), ([\w.]+)\)")
_TABLE = re.compile(r"\b(?:koogallery|sellers|settlement)_\w+")
_LAST = "SELECT coalesce(pg_sequence_last_value('settlement_sealedchange_id_seq'), 0)"
_SNAPSHOT = """
SELECT pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint
FROM pg_current_snapshot() now
"""
#: What is touched is little of what there is, also where tables have just begun to grow.
BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL random_page_cost = 1.1"
AS_CONFIGURED = "SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL random_page_cost TO DEFAULT"
_CHANGED = "SELECT DISTINCT table_name FROM settlement_sealedchange WHERE id > %s"
#: Where nothing may: what was there before is not logged, so everything has to be looked at.
_ALTERED = """
SELECT DISTINCT c.table_name FROM settlement_sealedchange c
WHERE c.id > %s AND (c.operation = 'delete' OR c.operation = 'update' AND EXISTS (
    SELECT FROM pg_trigger t
    WHERE t.tgrelid = to_regclass(c.table_name) AND t.tgname = 'insert_only'))
"""
_PARTITIONS = "SELECT DISTINCT partition FROM settlement_bill WHERE id = ANY(ARRAY({}))"
_OF_ISSUED = "SELECT id FROM touched WHERE kind = 'issued'"
_BILLED = """
SELECT b.id FROM {table} t
JOIN settlement_bill b ON b.seller_id = t.seller_id AND b.cycle = t.due_cycle
WHERE t.id = ANY(ARRAY(SELECT id FROM touched WHERE kind = '{table} updated'))
"""
_SELLERS = "SELECT id FROM touched_seller WHERE kind IN ({tables})"
_BANK_SUBJECTS = """
SELECT number FROM settlement_bankline
WHERE id = ANY(ARRAY(SELECT id FROM touched WHERE kind = 'bank_line'))
"""
#: By which column lines are looked up, of what kind, and in the partitions of which bills.
_LINES = (
    ("bill_id", "issued", _OF_ISSUED),
    ("order_id", "sellers_order updated", _BILLED.format(table="sellers_order")),
    ("usage_record_id", "sellers_usagerecord updated", _BILLED.format(table="sellers_usagerecord")),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the log went when it was read, and which transactions were under way then.

    Numbers are not given out in the order in which they become visible. What was not visible at
    the mark is of a transaction that had not ended by then, so its number is `oldest` or later; if
    it had not begun at an earlier mark, whose `newest` that is, then it logged nothing up to there.
    """

    change: int
    oldest: int
    newest: int


def mark() -> Mark:
    """To be taken before the log is read: what comes in between is proven twice."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        [change] = cursor.fetchone()
        cursor.execute(_SNAPSHOT)
        return Mark(change, *cursor.fetchone())


def proven(marks: list[Mark]) -> tuple[int, list[Mark]]:
    """Up to which change everything was visible at the last of these marks; those still of use."""
    seen = [each for each in marks if each.newest <= marks[-1].oldest]
    last = max((each.change for each in seen), default=0)
    return last, [each for each in marks if each.change >= last]


class Touched:
    """What changed after a change of the log; its tables last as long as the transaction."""

    def __init__(self, since: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(BY_INDEX)
            cursor.execute(read_statement("settlement/touched"), {"since": since})
            cursor.execute(_CHANGED, [since])
            changed = columns_of(cursor.fetchall())
            cursor.execute(_ALTERED, [since])
            self.altered = frozenset(columns_of(cursor.fetchall()))
            self.partitions = {}
            for column, _, bills in _LINES:
                cursor.execute(_PARTITIONS.format(bills))
                self.partitions[column] = columns_of(cursor.fetchall())
        lines = [LINES] if any(self.partitions.values()) else []
        self.changed = frozenset([*changed, *lines])

    def needs_everything(self, statement: str) -> bool:
        """Whether rows of what it reads were altered that may not be."""
        return not self.altered.isdisjoint(_TABLE.findall(statement))

    def scopes(self, statement: str) -> Iterator[str]:
        """What is left to prove, as statements; none if nothing that it reads has changed."""
        reads = frozenset(_TABLE.findall(statement))
        if reads & self.changed or any(
            f"touched({table}, " not in statement for table in reads & LEFT_OUT.keys()
        ):
            ways = _LINES if "touched(line, " in statement else _LINES[:1]
            for column, kind, _ in ways:
                if column == "bill_id" or self.partitions[column]:
                    yield self._narrowed(statement, reads, column, kind)

    def _narrowed(self, statement: str, reads: frozenset[str], column: str, kind: str) -> str:
        tables = ", ".join(f"'{table}'" for table in sorted(reads))
        partitions = ", ".join(map(str, self.partitions[column])) or "NULL"

        def scope(found: re.Match[str]) -> str:
            what, key = found.groups()
            if what == "seller":
                return _among(key, _SELLERS.format(tables=tables))
            if what in ("line", "lines"):
                return f"({_of(f'{key}.{column}', kind)} AND {key}.partition IN ({partitions}))"
            if what == "bank_subject":
                return _among(key, _BANK_SUBJECTS)
            return _of(key, what)

        return _MARK.sub(scope, statement)


def _of(key: str, kind: str) -> str:
    return _among(key, f"SELECT id FROM touched WHERE kind = '{kind}'")  # noqa: S608  # of our own files


def _among(key: str, statement: str) -> str:
    """By an array: a join would read all of it for each row of a table that is thought empty."""
    return f"{key} = ANY(ARRAY({statement}))"


def everything(statement: str) -> str:
    return _MARK.sub("true", statement)
