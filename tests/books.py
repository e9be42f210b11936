"""What stands in the tables, to be compared: before and after a refusal, or in two databases."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from koogallery.guards import NUMBER_OF_PARTITION
from koogallery.kit.errors import DomainError
from koogallery.models import TokenUse

Rows = dict[str, list[Any]]


def tables() -> list[str]:
    """Everything the business has on record: facts, money, acts and notices."""
    return sorted(
        model._meta.db_table
        for app in ("koogallery", "sellers", "settlement")
        for model in apps.get_app_config(app).get_models()
        if model is not TokenUse  # noted whatever becomes of the call
    )


def snapshot() -> Rows:
    """Every row as it stands, asked for at once."""
    names = tables()
    rows: Rows = {name: [] for name in names}
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(f"SELECT '{name}', t::text FROM {name} t" for name in names)
        )
        for name, row in cursor.fetchall():
            rows[name].append(row)
    return {name: sorted(each) for name, each in rows.items()}


def select(statement: str, **values: Any) -> list[Any]:
    """The first column."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def execute(statement: str, **values: Any) -> int:
    """Straight to the database, past every service; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """What happens inside is refused by this guard, at commit at the latest; nothing changes."""
    before = snapshot()
    with pytest.raises(DatabaseError) as refusal, _as_if_committed():
        yield
    cause: Any = refusal.value.__cause__
    assert NUMBER_OF_PARTITION.sub("", cause.diag.constraint_name) == constraint, str(cause)
    assert snapshot() == before


@contextmanager
def _as_if_committed() -> Iterator[None]:
    with transaction.atomic():
        yield
        execute("SET CONSTRAINTS ALL IMMEDIATE")


def is_refused(
    code: str, rule: str, act: Callable[..., object], *given: Any, **more: Any
) -> DomainError:
    """By this code and rule, and no row is another for it."""
    before = snapshot()
    with pytest.raises(DomainError) as refusal:
        act(*given, **more)
    assert (refusal.value.code, refusal.value.rule) == (code, rule)
    assert snapshot() == before
    return refusal.value
