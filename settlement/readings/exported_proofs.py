"""A bill's proof to be checked elsewhere (R7.3): its rows, lines, changes and seals."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from koogallery.kit.money import minor_unit
from settlement.models import Bill, Seal, SealedChange
from settlement.readings.seal_checks import path_of, seal_of
from settlement.rules.canonical import digest
from settlement.sealed_forms import Column, columns_of_tables, digest_form, row_form
from settlement.sealed_tables import LINES, SealedTable, sealed_tables

#: The keys of the rows in question, by their tables.
Keys = Mapping[str, set[str]]

#: What a line is of, by the name of its row in the statement.
TRANSACTIONS = {
    "o": "sellers_order",
    "u": "sellers_usagerecord",
    "a": "settlement_adjustment",
}
#: What else is a bill's: rows that name it, and the entries of its journals.
_OF_BILL = {
    "bill_id": "SELECT %(bill)s::bigint",
    "journal_id": "SELECT unnest(%(journals)s::bigint[])",
}


def proof_to_export(bill: Bill) -> dict[str, Any] | None:
    """None for a bill that bears no seal."""
    sealed = seal_of(bill)
    if sealed is None:
        return None
    keys = _keys(_changes(sealed.seal))
    later = [change for change in _later_than(sealed.seal) if _touches(change, keys)]
    batches = {change.batch for change in later if change.batch}
    links = Seal.objects.filter(seller=bill.seller_id, batch__in={sealed.seal.batch, *batches})
    return {
        "bill": bill.number,
        "decimals": minor_unit(bill.currency),
        "seal": sealed.seal.hash,
        "seals": [_told_of(seal, keys) for seal in links.select_related("root").order_by("place")],
        "later": [_told(change, keys) for change in later if not change.batch],
        "rows": list(_rows(bill, keys)),
    }


def lines_to_export(bill: Bill) -> Iterator[str]:
    """Each as an object, with the order, usage record or adjustment that it is of."""
    found = columns_of_tables(LINES, *TRANSACTIONS.values())
    pieces = ["'{\"line\":'", row_form(found[LINES])]
    for row, table in TRANSACTIONS.items():
        pieces += [
            f"""',"{table}":'""",
            f"CASE WHEN {row}.id IS NULL THEN 'null' ELSE {row_form(found[table], row)} END",
        ]
    # Names of tables and columns alone.
    statement = f"""
        SELECT concat({", ".join([*pieces, "'}'"])})
        FROM {LINES} n
        LEFT JOIN sellers_order o ON o.id = n.order_id
        LEFT JOIN sellers_usagerecord u ON u.id = n.usage_record_id
        LEFT JOIN settlement_adjustment a ON a.id = n.adjustment_id
        WHERE n.bill_id = %s ORDER BY n.line_no"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [bill.pk])
        for (line,) in cursor:
            yield line


def _changes(seal: Seal) -> Iterable[SealedChange]:
    return SealedChange.objects.filter(seller=seal.seller_id, batch=seal.batch).order_by("pk")


def _later_than(seal: Seal) -> Iterable[SealedChange]:
    last = max(change.pk for change in _changes(seal))
    return SealedChange.objects.filter(seller=seal.seller_id, pk__gt=last).order_by("pk")


def _keys(changes: Iterable[SealedChange]) -> Keys:
    keys: dict[str, set[str]] = {}
    for change in changes:
        keys.setdefault(change.table_name, set()).update(json.loads(change.content)["keys"])
    return keys


def _touches(change: SealedChange, keys: Keys) -> bool:
    mine = keys.get(change.table_name, set())
    return not mine.isdisjoint(json.loads(change.content)["keys"])


def _told_of(seal: Seal, keys: Keys) -> dict[str, Any]:
    root = seal.root
    return {
        "canonical_form": seal.content,
        "hash": seal.hash,
        "changes": [_told(change, keys) for change in _changes(seal)],
        "merkle_path": [step._asdict() for step in path_of(seal)],
        "root": root.as_published() if root else None,
    }


def _told(change: SealedChange, keys: Keys) -> dict[str, str]:
    """What is not about the bill's rows is told by its digest."""
    if (
        _touches(change, keys)
        and set(json.loads(change.content)["keys"]) <= keys[change.table_name]
    ):
        return {"table": change.table_name, "content": change.content}
    return {"table": change.table_name, "digest": digest(change.content)}


def _rows(bill: Bill, keys: Keys) -> Iterator[dict[str, Any]]:
    found = columns_of_tables(*keys)
    journals = [int(key) for key in keys.get("settlement_journal", ())]
    for table in sealed_tables():
        if table.name in keys and table.name in found:
            columns = [each for each in found[table.name] if each.name not in table.left_out]
            statement = _statement(table, columns)
            given: dict[str, Any] = {
                "keys": sorted(keys[table.name]),
                "bill": bill.pk,
                "journals": journals,
            }
            with connection.cursor() as cursor:
                cursor.execute(statement, given)
                for key, row in cursor.fetchall():
                    yield {"table": table.name, "key": key, "row": json.loads(row)}


def _statement(table: SealedTable, columns: Sequence[Column]) -> str:
    form = digest_form(columns) if table.by_digest else row_form(columns)
    own = [f"n.{name} IN ({rows})" for name, rows in _OF_BILL.items() if _has(columns, name)]
    wanted = " OR ".join([f'n."{table.key}"::text = ANY(%(keys)s::text[])', *own])
    # Names of tables and columns alone.
    return f'SELECT n."{table.key}"::text, {form} FROM {table.name} n WHERE {wanted}'  # noqa: S608


def _has(columns: Sequence[Column], name: str) -> bool:
    return any(each.name == name for each in columns)
