"""The canonical form of a row, as SQL that PostgreSQL computes for many rows at once (R7.3).

An object of text and nulls with its columns as names, sorted: numbers without trailing zeros,
instants in UTC as `2026-01-05T02:00:00.5`, days as `2026-01-05`, bytes in hex, and everything else
as PostgreSQL writes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from django.db import connection

COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.attnotnull
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relnamespace = current_schema()::regnamespace
  AND a.attnum > 0 AND NOT a.attisdropped
  AND (%(only)s::text[] IS NULL OR c.relname = ANY(%(only)s))
"""


class Column(NamedTuple):
    name: str
    type: str
    is_filled: bool


#: Of these the text needs no escape; how it is written.
PLAIN = {
    "bigint": "{}",
    "integer": "{}",
    "smallint": "{}",
    "boolean": "{}",
    "numeric": "trim_scale({})",
    "bytea": "encode({}, 'hex')",
    "inet": "{}",
}
QUOTED = {
    "timestamp with time zone": "to_json({} AT TIME ZONE 'UTC')",
    "date": "to_json({})",
}


def columns_of_tables(*only: str) -> Mapping[str, tuple[Column, ...]]:
    """Of these tables, or of every one, as they are in the database: sorted by name."""
    found: dict[str, list[Column]] = {}
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, {"only": list(only) or None})
        for table, *column in cursor.fetchall():
            found.setdefault(table, []).append(Column(*column))
    return {table: tuple(sorted(columns)) for table, columns in found.items()}


def row_form(columns: Iterable[Column], row: str = "n") -> str:
    """An expression: the canonical form of `row`, as text."""
    pieces = ["{"]
    for place, column in enumerate(columns):
        pieces.append(f'{"," if place else ""}"{column.name}":')
        pieces.extend(_value(column, f'{row}."{column.name}"'))
    return f"concat({', '.join(_joined([*pieces, '}']))})"


def digest_form(columns: Iterable[Column], row: str = "n") -> str:
    """An expression: the SHA-256 of the canonical form of `row`, as JSON."""
    digest = f"encode(sha256(convert_to({row_form(columns, row)}, 'UTF8')), 'hex')"
    return f"""concat('"', {digest}, '"')"""


class Sql(str):
    """A piece that is computed; every other one is text as it stands."""

    __slots__ = ()


def _value(column: Column, name: str) -> list[str]:
    if column.type in PLAIN:
        value = PLAIN[column.type].format(name)
        if column.is_filled:
            return ['"', Sql(value), '"']
        return [Sql(f"""CASE WHEN {name} IS NULL THEN 'null' ELSE concat('"', {value}, '"') END""")]
    value = QUOTED.get(column.type, "to_json({}::text)").format(name)
    return [Sql(value if column.is_filled else f"coalesce({value}::text, 'null')")]


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    text = ""
    for piece in pieces:
        if isinstance(piece, Sql):
            if text:
                yield f"'{text}'"
            yield piece
            text = ""
        else:
            text += piece
    if text:
        yield f"'{text}'"
