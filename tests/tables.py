"""Whether anything at all was written: the content of every table, as one value to compare."""

from django.db import connection

_TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> %s ORDER BY tablename
"""
#: That a token was used is noted whatever becomes of the call.
_NOTED = "koogallery_tokenuse"
_CONTENT = """
SELECT {name}, count(*), coalesce(md5(string_agg(row::text, chr(10) ORDER BY row::text)), '')
FROM {table} AS row
"""


def every_table() -> dict[str, tuple[int, str]]:
    """Rows and checksum by table, in one statement; compare it before and after a refused call."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [_NOTED])
        tables = [table for (table,) in cursor.fetchall()]
        contents = [
            _CONTENT.format(name=f"'{table}'", table=connection.ops.quote_name(table))
            for table in tables
        ]
        cursor.execute(" UNION ALL ".join(contents))
        return {table: (count, checksum) for table, count, checksum in cursor.fetchall()}
