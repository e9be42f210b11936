"""Migrations run while the former release serves: none makes calls wait long, or fail.

`migrate` bounds how long a statement waits for its lock; here it is what it does once it has it,
and what the former release still reads and writes.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import (
    CASCADE,
    CharField,
    CheckConstraint,
    ForeignKey,
    Index,
    IntegerField,
    Q,
    UniqueConstraint,
)

from koogallery.made_at_once import made_at_once
from koogallery.management.commands import migrate as ours

pytestmark = pytest.mark.django_db

APPS = ("koogallery", "sellers", "settlement")
#: A schema's first migration has nothing to wait for.
FIRST = "0001"

TABLE = r'"(?P<table>\w+)"'
#: What is wrong with a statement on a table that has rows and readers.
FAULTS = {
    "writes wait for a whole index: add it concurrently": (
        rf"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY).*? ON {TABLE}"
    ),
    "everybody waits while rows are checked: add it NOT VALID, validate it in another one": (
        rf"ALTER TABLE {TABLE} ADD CONSTRAINT (?!.*NOT VALID|.*USING INDEX)"
    ),
    "everybody waits while rows are rewritten": rf"ALTER TABLE {TABLE} ALTER COLUMN .*TYPE ",
    "everybody waits while rows are looked at": rf"ALTER TABLE {TABLE} ALTER COLUMN .*SET NOT NULL",
    "the former release does not write it: give it a db_default": (
        rf"ALTER TABLE {TABLE} ADD COLUMN (?!.*DEFAULT).*NOT NULL"
    ),
    "the former release does not write it; give it a db_default": (
        rf"ALTER TABLE {TABLE} ALTER COLUMN .*DROP DEFAULT"
    ),
    "the former release reads it": (
        rf'ALTER TABLE {TABLE} (DROP COLUMN|RENAME) (COLUMN )?"(?P<column>\w+)"'
    ),
    "the former release reads that table": (
        rf"(DROP TABLE|ALTER TABLE) {TABLE} ?(CASCADE|RENAME TO .*)?;"
    ),
}


def faults(migration: Migration, before: ProjectState) -> Iterator[str]:
    """Of each statement on a table that it has not made itself."""
    known = {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields}
        for model in before.apps.get_models()
    }
    inside = connection.in_atomic_block
    connection.in_atomic_block = inside and migration.atomic
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(before.clone(), editor, collect_sql=True)
    connection.in_atomic_block = inside
    statements = [sql for sql in editor.collected_sql if not sql.startswith("--")]
    made = set(re.findall(r'CREATE TABLE "(\w+)"', "\n".join(statements)))
    for statement in statements:
        for fault, pattern in FAULTS.items():
            found = re.search(pattern, statement)
            if found is None or found["table"] in made:
                continue
            reads = found.groupdict().get("column")
            if "reads" in fault and (reads or found["table"]) not in {
                *known,
                *known.get(found["table"], ()),
            }:
                continue  # the state has forgotten it, in a migration of a release before
            yield f"{fault}: {statement}"


def test_migrations_let_the_former_release_work() -> None:
    loader = MigrationLoader(connection)
    told = [
        (key, fault)
        for key, migration in loader.disk_migrations.items()
        if key[0] in APPS and not key[1].startswith(FIRST)
        for fault in faults(migration, loader.project_state(key, at_end=False))
    ]
    assert told == []


def on_sellers(*operations: Any, atomic: bool = True) -> list[str]:
    loader = MigrationLoader(connection)
    migration: Any = Migration("0999", "sellers")
    migration.operations, migration.atomic = list(operations), atomic
    return list(faults(migration, loader.project_state()))


NAMED = CheckConstraint(condition=Q(country__gt=""), name="has_a_country")
HARMFUL = {
    "index": [AddIndex("seller", Index(fields=["country"], name="by_country"))],
    "check": [AddConstraint("seller", NAMED)],
    "unique": [AddConstraint("seller", UniqueConstraint(fields=["country"], name="one"))],
    "type": [AlterField("seller", "country", CharField(max_length=400))],
    "null": [
        AddField("seller", "x", IntegerField(null=True)),
        AlterField("seller", "x", IntegerField()),
    ],
    "default": [AddField("seller", "x", IntegerField(default=0))],
    "renamed": [RenameField("seller", "country", "land")],
    "removed": [RemoveField("seller", "country")],
    "table": [DeleteModel("invitation")],
    "by hand": [RunSQL('ALTER TABLE "sellers_seller" DROP COLUMN "country";')],
}
HARMLESS = {
    "column": [AddField("seller", "x", IntegerField(db_default=0))],
    "nullable": [AddField("seller", "x", IntegerField(null=True))],
    "check": [AddConstraintNotValid("seller", NAMED)],
    "table": [CreateModel("X", [("x", IntegerField(primary_key=True, db_index=True))])],
    "forgotten before": [RunSQL('ALTER TABLE "sellers_seller" DROP COLUMN "forgotten";')],
    "state": [SeparateDatabaseAndState(state_operations=[RemoveField("seller", "country")])],
}


@pytest.mark.parametrize("operations", HARMFUL.values(), ids=HARMFUL)
def test_what_makes_calls_wait_or_fail_is_seen(operations: Sequence[Any]) -> None:
    assert on_sellers(*operations) != []


@pytest.mark.parametrize("operations", HARMLESS.values(), ids=HARMLESS)
def test_what_harms_nobody_is_let_through(operations: Sequence[Any]) -> None:
    assert on_sellers(*operations) == []


def test_models_made_at_once_are_the_same_and_rendered_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In an app of their own: each related to the one before, with a field and a rule."""
    steps: list[Any] = [
        CreateModel("A", [("id", IntegerField(primary_key=True))]),
        *(
            CreateModel(name, [("id", ForeignKey(f"x.{to}", CASCADE, primary_key=True))])
            for to, name in pairwise("ABCD")
        ),
        *(AddField(name, "y", IntegerField(null=True)) for name in "ABC"),
        *(AddIndex(name, Index(fields=["y"], name=f"of_{name}")) for name in "ABC"),
    ]
    rendered: list[str] = []
    render = ModelState.render

    def count(model: ModelState, apps: Any) -> Any:
        rendered.append(model.name)
        return render(model, apps)

    monkeypatch.setattr(ModelState, "render", count)
    told = []
    for operations in (steps, made_at_once(steps)):
        migration: Any = Migration("0001", "x")
        migration.operations = operations
        state = ProjectState()
        assert state.apps
        rendered.clear()
        with connection.schema_editor(collect_sql=True) as editor:
            after = migration.apply(state, editor, collect_sql=True)
        sql = [each for each in editor.collected_sql if not each.startswith("--")]
        told.append((sorted(sql), after.models))
    assert told[0] == told[1]
    assert len(rendered) <= 3 * 4, "each once for a kind of operation"


def test_an_index_is_added_concurrently() -> None:
    index = Index(fields=["country"], name="by_country")
    assert on_sellers(AddIndexConcurrently("seller", index), atomic=False) == []


@pytest.mark.django_db(transaction=True)
def test_a_migration_lets_others_through_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody reads for long: who comes after the migration reads, too, and it is done at last."""
    given = connection.get_connection_params()
    named = {each: given[each] for each in ("host", "user", "dbname") if each in given}
    waited = []

    def change(*_: Any, **__: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE koogallery_savedview IN ACCESS EXCLUSIVE MODE; SELECT 1")

    def let_go(_seconds: float) -> None:
        waited.append(reader.execute("SELECT count(*) FROM koogallery_savedview").fetchone())
        holder.rollback()

    monkeypatch.setattr(migrate.Command, "handle", change)
    monkeypatch.setattr(ours, "LOCK_SECONDS", 0.2)
    monkeypatch.setattr("time.sleep", let_go)
    with psycopg.connect(**named) as holder, psycopg.connect(**named, autocommit=True) as reader:
        holder.execute("LOCK TABLE koogallery_savedview IN ACCESS SHARE MODE")
        call_command("migrate", verbosity=0)
    assert waited == [(0,)]
