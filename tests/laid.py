"""Rows taken up from the tables once, and laid down again, in a fiftieth of the time they took."""

from django.db import connection

from settlement.models import ApprovalLimit
from tests.emptying import filled_tables, unguarded

#: Table -> its rows, as COPY writes them.
Laid = dict[str, bytes]

IDENTITIES = """
SELECT relid::regclass, pg_get_serial_sequence(relid::text, attname)
FROM unnest(%s::regclass[]) relid JOIN pg_attribute ON attrelid = relid
WHERE attname = 'id' AND attidentity <> ''
"""
GO_ON = """
SELECT setval(%s, max(id)) FROM {} HAVING max(id) > coalesce(pg_sequence_last_value(%s), 0)
"""


def taken_up() -> Laid:
    """All that is in the database and was not written by migrate."""
    tables = set(filled_tables()) - {ApprovalLimit._meta.db_table}
    return {table: _copied(table) for table in sorted(tables)}


def lay_down(rows: Laid) -> None:
    """No id that is laid down is given out again, wherever its sequence stands."""
    with unguarded(list(rows)) as cursor:
        for table, copied in rows.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT binary)') as into:
                into.write(copied)
        cursor.execute(IDENTITIES, [list(rows)])
        for table, sequence in cursor.fetchall():
            cursor.execute(GO_ON.format(table), [sequence, sequence])


def _copied(table: str) -> bytes:
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY (SELECT * FROM "{table}") TO STDOUT (FORMAT binary)') as copied,
    ):
        return b"".join(copied)
