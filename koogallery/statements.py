"""Set-based SQL, one statement a file, beside the app that owns the tables it writes."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection


@cache
def read_statement(path: Path) -> str:
    return path.read_text()


def run_statement(path: Path, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Execute one file; its rows if it returns any. Named parameters: `%(name)s`."""
    with connection.cursor() as cursor:
        cursor.execute(read_statement(path), parameters)
        return cursor.fetchall() if cursor.description else []


def columns_of(rows: Sequence[tuple[Any, ...]], position: int = 0) -> list[Any]:
    return [row[position] for row in rows]
