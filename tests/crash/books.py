"""The books without ids and clocks: equal when two databases tell the same."""

from collections import Counter
from pathlib import Path

from django.db import connection

from settlement.readings.invariants import check_books

Books = dict[str, Counter[str]]


def books_of(*more: Path) -> Books:
    """Table by table, how often each row occurs; those of further files, too."""
    files = (Path(__file__).with_suffix(".sql"), *more)
    statements = [one for file in files for one in file.read_text().split("\n\n")]
    return dict(_rows(*statement.split("\n", 1)) for statement in statements)


def failing() -> list[str]:
    """The names of the invariants that do not hold."""
    return [found.name for found in check_books() if not found.holds]


def _rows(heading: str, statement: str) -> tuple[str, Counter[str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM ({statement}) t")
        return heading.removeprefix("-- "), Counter(row for (row,) in cursor.fetchall())
