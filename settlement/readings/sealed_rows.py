"""Each row as it stands, beside what was last logged of it (R7.3): altered, added, missing.

What is logged is what triggers saw; who passed them by left the row to speak against the log.
"""

import json
from collections.abc import Iterator, Sequence

from django.db import connection

from settlement.sealed_forms import Column, columns_of_tables, digest_form, row_form
from settlement.sealed_tables import SealedTable, sealed_tables

#: What names a row to people, the first that it has.
NAMES = ("number", "metering_sn", "key", "invoice_no", "reference", "subject")

_LOGGED = """
    SELECT DISTINCT ON (r.key) r.key, c.operation, r.form::text AS form,
           c.content::json ->> 'columns' AS columns
    FROM settlement_sealedchange c
    CROSS JOIN LATERAL ROWS FROM (json_array_elements_text(c.content::json -> 'keys'),
                                  json_array_elements(c.content::json -> 'rows')) AS r (key, form)
    WHERE c.table_name = '{table}'
    ORDER BY r.key, c.id DESC
"""
_BESIDE = """
WITH logged AS MATERIALIZED ({logged}),
standing AS (SELECT n."{key}"::text AS key, {name} AS name, n FROM {table} n),
beside AS (
    SELECT coalesce(s.key, l.key) AS key, coalesce(s.name, {logged_name}) AS name,
           CASE WHEN s.key IS NULL AND l.operation <> 'delete' THEN 'is missing'
                WHEN l.key IS NULL OR s.key IS NOT NULL AND l.operation = 'delete' THEN 'was added'
                WHEN s.key IS NOT NULL THEN {altered} END AS difference
    FROM logged l FULL JOIN standing s ON s.key = l.key
)
SELECT count(*) OVER (), concat('{table} ', coalesce(nullif(name, ''), key), ' ', difference)
FROM beside WHERE difference IS NOT NULL
"""
_ALTERED_COLUMNS = """
(SELECT 'was altered: ' || string_agg(was.key, ', ' ORDER BY was.key)
 FROM json_each_text(l.form::json) was
 JOIN json_each_text(({form})::json) stands ON stands.key = was.key
 WHERE stands.value IS DISTINCT FROM was.value)"""
_COLUMN_LISTS = """
SELECT DISTINCT content::json ->> 'columns' FROM settlement_sealedchange WHERE table_name = %s
"""
_NEVER_CHANGED = """
SELECT DISTINCT concat('{table} ', key.value, ' was ', operation, 'd, which nothing may')
FROM settlement_sealedchange c, json_array_elements_text(c.content::json -> 'keys') key
WHERE c.table_name = '{table}' AND c.operation IN ('update', 'delete')
  AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = '{table}'::regclass
              AND t.tgname = 'insert_only')
"""


def differing_rows(*only: str) -> tuple[int, list[str]]:
    """How many rows stand in sealed tables, or in these only, and what is wrong with which."""
    found, rows, wrong = columns_of_tables(), 0, list[str]()
    with connection.cursor() as cursor:
        for table in sealed_tables():
            if only and table.name not in only:
                continue
            columns = [each for each in found[table.name] if each.name not in table.left_out]
            cursor.execute(f"SELECT count(*) FROM {table.name}")  # noqa: S608  # of the models
            [count] = cursor.fetchone()
            rows += count
            for statement in _statements(table, columns):
                cursor.execute(statement)
                wrong.extend(row[-1] for row in cursor.fetchall())
    return rows, wrong


def _statements(table: SealedTable, columns: Sequence[Column]) -> Iterator[str]:
    names = [each.name for each in columns]
    name = next((each for each in NAMES if each in names), table.key)
    yield _BESIDE.format(
        logged=_LOGGED.format(table=table.name),
        table=table.name,
        key=table.key,
        name=f'n."{name}"::text',
        logged_name="NULL" if table.by_digest else f"l.form::json ->> '{name}'",
        altered=_altered(table, columns),
    )
    yield _NEVER_CHANGED.format(table=table.name)


def _altered(table: SealedTable, columns: Sequence[Column]) -> str:
    if not table.by_digest:
        form = row_form(columns, "(s.n)")
        return f"CASE WHEN l.form <> {form} THEN {_ALTERED_COLUMNS.format(form=form)} END"
    known = {each.name: each for each in columns}
    cases = []
    for listed in _column_lists(table):
        logged = [known[name] for name in json.loads(listed) if name in known]
        if len(logged) == len(json.loads(listed)):
            differs = f"l.form <> {digest_form(logged, '(s.n)')}"
            cases.append(f"WHEN l.columns = '{listed}' AND {differs} THEN 'was altered'")
    return f"CASE {' '.join(cases)} END" if cases else "NULL"


def _column_lists(table: SealedTable) -> list[str]:
    """A column made later is in none of the digests of before."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMN_LISTS, [table.name])
        return sorted(listed for (listed,) in cursor.fetchall())
