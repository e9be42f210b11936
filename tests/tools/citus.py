"""What in the schema and in the statements Citus does not take, by its documented limits.

They are those of https://docs.citusdata.com/en/stable/develop/: reference_ddl.html (keys, foreign
keys), reference_workarounds.html (statements), and of its message for triggers:

- a primary or unique key of a distributed table contains the distribution column, never null;
- a foreign key between distributed tables contains it on both sides; else it leads to a reference
  table. None leads from a reference or local table to a distributed one;
- a trigger runs beside each shard, under the shard's name, with `citus.enable_unsafe_triggers`; a
  query on a shard starts none on another Citus table;
- a statement that reaches several servers joins distributed tables by the distribution column,
  writes nothing in a WITH, and locks no rows.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from settlement.sealed_tables import LINES
from tools.citus import Place, places

UNIQUE = """
SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text,
       ARRAY(SELECT attname FROM pg_attribute a
             WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey::int[]))::text[]
FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid
WHERE i.indisunique AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace
"""
FOREIGN = """
SELECT f.conrelid::regclass::text, f.confrelid::regclass::text,
       ARRAY(SELECT a.attname || '=' || b.attname
             FROM unnest(f.conkey, f.confkey) k (here, there)
             JOIN pg_attribute a ON (a.attrelid, a.attnum) = (f.conrelid, k.here)
             JOIN pg_attribute b ON (b.attrelid, b.attnum) = (f.confrelid, k.there))::text[]
FROM pg_constraint f
WHERE f.contype = 'f' AND f.conparentid = 0
"""
NULLABLE = """
SELECT attrelid::regclass::text || '.' || attname FROM pg_attribute
WHERE attrelid = ANY(%s::regclass[]) AND attnum > 0 AND NOT attnotnull
"""
TRIGGERS = """
SELECT DISTINCT t.tgfoid::regproc::text, t.tgrelid::regclass::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND NOT c.relispartition
"""
FUNCTIONS = """
SELECT proname, coalesce(prosrc, '') || coalesce(pg_get_function_sqlbody(oid), '') FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
"""
#: What a trigger knows of its table is the shard's.
NAMES_ITS_TABLE = re.compile(r"\bTG_(TABLE_NAME|RELID|RELNAME)\b", re.IGNORECASE)
SOURCE = re.compile(
    r"\b(FROM|JOIN|UPDATE|INTO|,)\s+(\w+)(?:\s+(?:AS\s+)?(?!ON\b|SET\b|WHERE\b)(\w+))?",
    re.IGNORECASE,
)
WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM|(?<!FOR )(?<!KEY )(?<!DO )UPDATE)\s+(\w+)", re.IGNORECASE
)
LOCK = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE)\b", re.IGNORECASE)


def _select(statement: str, *given: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return list(cursor.fetchall())


def distributed() -> Mapping[str, Place]:
    return {table: place for table, place in places().items() if place.kind == "distributed"}


def tables_without_their_seller() -> set[str]:
    return {table for table, place in distributed().items() if not place.column}


def sellers_that_may_be_null() -> set[str]:
    columns = {f"{table}.{place.column}" for table, place in distributed().items()}
    return {name for (name,) in _select(NULLABLE, list(distributed()))} & columns


def keys_without_the_seller() -> set[str]:
    """Of tables that have one."""
    held = distributed()
    return {
        key
        for key, table, columns in _select(UNIQUE)
        if table in held and held[table].column and held[table].column not in columns
    }


def foreign_keys_across() -> set[str]:
    where = places()
    return {
        f"{table}({', '.join(pair.partition('=')[0] for pair in columns)})"
        for table, target, columns in _select(FOREIGN)
        if table in where and not _is_possible(where[table], where[target], columns)
    }


def _is_possible(place: Place, target: Place, columns: Sequence[str]) -> bool:
    if target.kind == "distributed":
        return place.kind == "distributed" and f"{place.column}={target.column}" in columns
    return place.kind != "distributed" or target.kind == "reference"


def triggers_that_look_elsewhere() -> set[str]:
    """The functions of triggers on distributed tables that name a table.

    Those that log what is sealed are one text for every table.
    """
    bodies = dict(_select(FUNCTIONS))
    looking = {name for name in _functions_of_triggers() if looks_elsewhere(name, bodies)}
    return {"seal_" if name.startswith("seal_") else name for name in looking}


def triggers_that_name_their_table() -> set[str]:
    bodies = dict(_select(FUNCTIONS))
    return {name for name in _functions_of_triggers() if NAMES_ITS_TABLE.search(bodies[name])}


def _functions_of_triggers() -> set[str]:
    held = distributed()
    return {function for function, table in _select(TRIGGERS) if table in held}


def looks_elsewhere(function: str, bodies: Mapping[str, str]) -> bool:
    """Whether it, or what it calls, names a table."""
    seen: set[str] = set()
    waiting = [function]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        words = set(re.findall(r"\w+", _without_comments(bodies[name])))
        if words & places().keys():
            return True
        waiting += (words & bodies.keys()) - seen
    return False


def statement_faults() -> set[str]:
    """`app/statement: what stands against it`."""
    looking = functions_that_look_elsewhere()
    files = [
        path
        for app in ("sellers", "settlement")
        for path in Path(settings.BASE_DIR, app, "sql").glob("*.sql")
    ]
    return {
        f"{path.parent.parent.name}/{path.stem}: {fault}"
        for path in files
        for fault in faults_of(path.read_text().replace("$lines", LINES), looking)
    }


def functions_that_look_elsewhere() -> set[str]:
    bodies = dict(_select(FUNCTIONS))
    return {name for name in bodies if looks_elsewhere(name, bodies)}


def faults_of(statement: str, functions: set[str]) -> set[str]:
    text = _without_comments(statement)
    held = distributed()
    faults = {f"{table} by no seller" for table in _unbound(text, held)}
    faults |= {
        f"writes {match[1]} in a WITH"
        for match in WRITE.finditer(text)
        if _depth(text, match.start())
    }
    tables = {match[2] for match in SOURCE.finditer(text)} & held.keys()
    if tables and LOCK.search(text):
        faults.add("locks rows")
    faults |= {f"calls {name}" for name in functions if tables and re.search(rf"\b{name}\(", text)}
    return faults


def _unbound(text: str, held: Mapping[str, Place]) -> Iterator[str]:
    """The tables that are not held to a seller in the parentheses they are read in."""
    for match in SOURCE.finditer(text):
        word, table, alias = match[1].upper(), match[2], match[3] or match[2]
        column = held[table].column if table in held else ""
        if not column:
            continue
        within = _around(text, match.start())
        if word == "INTO":
            listed = text[match.end() :].partition(")")[0]
            if not re.search(rf"\b{column}\b", listed):
                yield table
        elif not _is_held(within, alias, column, is_alone=match[3] is None):
            yield table


def _is_held(text: str, alias: str, column: str, *, is_alone: bool) -> bool:
    name = rf"(?:{alias}\.)?{column}" if is_alone else rf"{alias}\.{column}"
    compared = rf"\b{name}\s*(?:=|IN\b)|=\s*(?:ANY\s*\(\s*)?{name}\b|USING\s*\(\s*{column}"
    in_row = rf"\([^()]*\b{name}\b[^()]*\)\s*=|=\s*\([^()]*\b{name}\b[^()]*\)"
    return bool(re.search(f"{compared}|{in_row}", text))


def _around(text: str, at: int) -> str:
    """The select this place is in: up to the innermost parentheses, or to a UNION in them."""
    start = _edge(text, range(at - 1, -1, -1), "(", ")")
    end = _edge(text, range(at, len(text)), ")", "(")
    return text[start + 1 : end]


def _edge(text: str, way: range, closing: str, opening: str) -> int:
    depth = 0
    for place in way:
        depth += (text[place] == opening) - (text[place] == closing)
        if depth < 0 or (depth == 0 and text.startswith("UNION", place)):
            return place
    return way.stop


def _depth(text: str, at: int) -> int:
    return text.count("(", 0, at) - text.count(")", 0, at)


@cache
def _without_comments(text: str) -> str:
    return re.sub(r"--[^\n]*", "", text)


LIMITS: Mapping[str, Callable[[], set[str]]] = {
    "tables": tables_without_their_seller,
    "nulls": sellers_that_may_be_null,
    "keys": keys_without_the_seller,
    "foreign keys": foreign_keys_across,
    "triggers": triggers_that_look_elsewhere,
    "names": triggers_that_name_their_table,
    "statements": statement_faults,
}
