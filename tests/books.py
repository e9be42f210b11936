"""What stands in the tables, to be compared: before and after a refusal, or between two databases."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

Rows = dict[str, list[str]]


def tables() -> list[str]:
    """Everything the business has on record: facts, money, acts and notices."""
    return sorted(
        model._meta.db_table
        for app in ("koogallery", "sellers", "settlement")
        for model in apps.get_app_config(app).get_models()
    )


def snapshot() -> Rows:
    """Every row as it stands."""
    return {table: select(f"SELECT t::text FROM {table} t ORDER BY 1") for table in tables()}


def select(statement: str, **values: object) -> list[str]:
    """The first column."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def execute(statement: str, **values: object) -> int:
    """Straight to the database, past every service; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """What happens inside is refused by this guard, at the latest on commit, and changes nothing."""
    before = snapshot()
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        yield
        execute("SET CONSTRAINTS ALL IMMEDIATE")
    cause = refusal.value.__cause__
    assert cause is not None
    assert cause.diag.constraint_name == constraint, str(cause)  # type: ignore[attr-defined]
    assert snapshot() == before
