"""Set-based SQL, one statement a file, beside the app that owns the tables it writes.

A statement is named `app/name` and stands in `app/sql/name.sql`.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection

from koogallery.kit import money

#: The parameter of that name: the decimals that each currency is paid in, as JSON.
MINOR_UNITS = json.dumps(dict(money.MINOR_UNITS))


@cache
def read_statement(name: str) -> str:
    app, _, file = name.partition("/")
    return (settings.BASE_DIR / app / "sql" / f"{file}.sql").read_text()


def run_statement(name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Execute one statement; its rows if it returns any. Named parameters: `%(name)s`."""
    with connection.cursor() as cursor:
        cursor.execute(read_statement(name), parameters)
        return cursor.fetchall() if cursor.description else []


def columns_of(rows: Sequence[tuple[Any, ...]], position: int = 0) -> list[Any]:
    return [row[position] for row in rows]
