"""The test database as it was before a test that committed, quickly.

Django empties every table, a hundred files made anew, and says that the database was migrated,
after which the permissions are compared one by one. Here what holds rows loses them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

from settlement.services.authorisations import keep_limits

#: What migrate writes and no test changes.
OF_THE_SCHEMA = {"django_content_type", "auth_permission"}
GUARDS = """
SELECT tgrelid::regclass, quote_ident(tgname) FROM pg_trigger
WHERE tgenabled = 'A' AND tgrelid = ANY (%s::regclass[])
"""


def replace_djangos() -> None:
    """Instead of TRUNCATE after each test that commits."""
    TransactionTestCase._fixture_teardown = lambda _: empty()  # type: ignore[attr-defined]


def filled_tables() -> list[str]:
    """Those of the models that hold rows, without what migrate wrote."""
    known = connection.introspection.django_table_names(only_existing=True, include_views=False)
    looks = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in sorted(known))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return [name for (name,) in cursor.fetchall() if name not in OF_THE_SCHEMA]


@contextmanager
def unguarded(tables: list[str]) -> Iterator[Any]:
    """A cursor that no reference or guard of these tables stops."""
    with transaction.atomic(), connection.cursor() as cursor:
        # A table whose deferred guards have not looked yet cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(GUARDS, [tables])
        guards = cursor.fetchall()
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
        yield cursor
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {guard}")
        cursor.execute("SET LOCAL session_replication_role = origin")


def empty() -> None:
    tables = filled_tables()
    with unguarded(tables) as cursor:
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')
    keep_limits()
