"""The triggers that log each change of what is sealed (R7.3), written from the tables as they are.

A table that is new to them, or has other columns now, has all its rows logged once more, unless one
of them is not as it was logged: then all of it stays as it is, to be named by every proof.

They are no guards: a session in replica mode passes them by, and so what it did is on no log, and
every proof names it. A statement is one change for each seller and thousand rows.
"""

from collections.abc import Sequence

from django.db import connection

from settlement.readings.sealed_rows import differing_rows
from settlement.sealed_forms import Column, columns_of_tables, digest_form, row_form
from settlement.sealed_tables import WATCHED, SealedTable, sealed_tables

#: Rows that one change holds at most.
ROWS = 1000
FIRES = {
    "insert": "NEW TABLE AS came",
    "update": "NEW TABLE AS came OLD TABLE AS gone",
    "delete": "OLD TABLE AS gone",
}
FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $seal${body}$seal$
"""
BODY = """
BEGIN
    IF TG_OP = 'INSERT' THEN
        {insert};
    ELSIF TG_OP = 'UPDATE' THEN
        {update};
    ELSE
        {delete};
    END IF;
    RETURN NULL;
END """
_LOG = """
INSERT INTO settlement_sealedchange (table_name, operation, seller_id, batch, content)
SELECT '{table}', '{operation}', seller_id,
       CASE WHEN seller_id IS NOT NULL
            THEN nullif(current_setting('seals.batch', true), '')::bigint END,
       concat('{{{columns}"keys":[', string_agg(key, ',' ORDER BY n),
              '],"operation":"{operation}","rows":[', string_agg(form, ',' ORDER BY n),
              '],"table":"{table}"}}')
FROM (SELECT seller_id, key, form, row_number() OVER (PARTITION BY seller_id ORDER BY key) AS n
      FROM (SELECT {seller} AS seller_id, to_json(n."{key}"::text)::text AS key, {form} AS form
            FROM {rows}) formed) numbered
GROUP BY seller_id, (n - 1) / {most}"""
WRITTEN = "SELECT prosrc FROM pg_proc WHERE proname = %s"
LOGGED = "SELECT FROM settlement_sealedchange WHERE table_name = %s LIMIT 1"
FIRING = """
SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND starts_with(tgname, 'sealed_')
"""


def install_triggers() -> None:
    """After every migration; what is as it should be stays."""
    found = columns_of_tables()
    for table in sealed_tables():
        columns = [each for each in found[table.name] if each.name not in table.left_out]
        name, body = f"seal_{table.name}", function_body(table, columns)
        with connection.cursor() as cursor:
            cursor.execute(WRITTEN, [name])
            written = cursor.fetchone()
            if written != (body,):
                if not written or log_of(table, columns, "insert", "came n") not in written[0]:
                    _log_what_is_there(table, columns)
                cursor.execute(FUNCTION.format(name=name, body=body))
            cursor.execute(FIRING, [table.name])
            firing = {trigger for (trigger,) in cursor.fetchall()}
            for operation, rows in FIRES.items():
                if f"sealed_{operation}" not in firing:
                    cursor.execute(
                        f"CREATE TRIGGER sealed_{operation} AFTER {operation} ON {table.name} "
                        f"REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
                    )


def _log_what_is_there(table: SealedTable, columns: Sequence[Column]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOGGED, [table.name])
        is_new = cursor.fetchone() is None
        if is_new or not differing_rows(table.name)[1]:
            cursor.execute(log_of(table, columns, "baseline", f"{table.name} n"))


def function_body(table: SealedTable, columns: Sequence[Column]) -> str:
    compared = [*(each.name for each in columns), *WATCHED.get(table.name, ())]
    same = ", ".join(f'n."{each}"' for each in compared)
    was = ", ".join(f'o."{each}"' for each in compared)
    moved = (
        f'came n JOIN gone o ON o."{table.key}" = n."{table.key}" '
        f"WHERE ROW({same}) IS DISTINCT FROM ROW({was})"
    )
    rows = {"insert": "came n", "update": moved, "delete": "gone n"}
    return BODY.format(
        **{operation: log_of(table, columns, operation, rows[operation]) for operation in rows}
    )


def log_of(table: SealedTable, columns: Sequence[Column], operation: str, rows: str) -> str:
    """The statement that logs these rows, each called `n`, as one operation."""
    form = digest_form(columns) if table.by_digest else row_form(columns)
    named = ",".join(f'"{each.name}"' for each in columns)
    return _LOG.format(
        table=table.name,
        operation=operation,
        columns=f'"columns":[{named}],' if table.by_digest else "",
        seller=table.seller,
        key=table.key,
        form=form,
        rows=rows,
        most=ROWS,
    )
