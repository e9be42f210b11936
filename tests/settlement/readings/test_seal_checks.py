"""Whoever alters what is on record, `verify_books` names each column, row, seller and tail (R7.3).

As a superuser in replica mode, with every guard off. Tables that the world holds no row of get one
made up from their columns, so a new table or column is altered here without being named.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from settlement.models import Bill, Seal, SealRoot
from settlement.readings.seal_checks import check_seals, differing_lines
from settlement.readings.sealed_rows import differing_rows
from settlement.sealed_forms import columns_of_tables
from settlement.sealed_tables import APPS, COLUMNS_LEFT_OUT, LEFT_OUT, LINES, sealed_tables
from settlement.services.bills.approval import approve_bill
from settlement.services.proving import prove_everything, prove_what_changed
from settlement.services.sealing.roots import sign_day
from settlement.services.sealing.triggers import install_triggers
from tests.books import execute, select
from tests.emptying import unguarded
from tests.settlement.api.world import World
from tests.world import an_operator

pytestmark = pytest.mark.django_db

MODELS = [
    model
    for app in APPS
    for model in apps.get_app_config(app).get_models()
    if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
]
COLUMNS = [
    (model._meta.db_table, field.column)
    for model in MODELS
    for field in model._meta.local_concrete_fields
    if field.column not in COLUMNS_LEFT_OUT.get(model._meta.db_table, {})
]
TABLES = sorted({table for table, _ in COLUMNS})

#: Another value of the same type, from one that may be null.
ANOTHER = {
    "bigint": "coalesce({0}, 0) + 1000003",
    "integer": "coalesce({0}, 0) + 1000003",
    "smallint": "coalesce({0}, 0) + 1",
    "numeric": "coalesce({0}, 0) + CASE WHEN {0} < 1 THEN 0.1 ELSE 1 END",
    "boolean": "coalesce(NOT {0}, true)",
    "timestamp with time zone": "coalesce({0} + interval '1 microsecond', now())",
    "date": "coalesce({0} + 1, current_date)",
    "jsonb": "jsonb_build_array({0}, 'altered')",
    "inet": "coalesce({0} + 1, '10.9.8.7'::inet)",
    "bytea": "coalesce({0}, '') || '\\x00'::bytea",
    "character varying[]": "array_append({0}, 'x'::varchar)",
    "text[]": "array_append({0}, 'x')",
}
TEXT = "CASE WHEN left({0}, 1) = 'x' THEN 'y' ELSE 'x' END || coalesce(substr({0}, 2), '')"
#: What a made-up row holds where it must hold something.
SOMETHING = {
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "numeric": "0.5",
    "boolean": "false",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "jsonb": "'{}'",
    "inet": "'10.0.0.1'",
    "bytea": "'\\x00'",
    "character varying[]": "'{}'",
    "text[]": "'{}'",
}
#: What another row of a table must differ in.
KEYS = {LINES: {"line_no"}, "settlement_billedadjustment": {"adjustment_id"}}
CHECKS = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %(table)s::regclass"


@pytest.fixture
def sealed(world: World) -> World:
    """All of it under a root."""
    assert sign_day()
    return world


@pytest.fixture
def table_with_a_row(world: World, request: pytest.FixtureRequest) -> str:
    """Made up, if the world has none; its own checks off."""
    table: str = request.param
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for check in select(CHECKS, table=table):
        execute(f'ALTER TABLE {table} DROP CONSTRAINT "{check}"')
    if select(f"SELECT count(*) FROM {table}") == [0]:
        make_up(table)
    return table


def make_up(table: str) -> None:
    """By no service, past every guard but the triggers that log."""
    columns = {each.name: each for each in columns_of_tables(table)[table] if each.is_filled}
    made = {name: SOMETHING.get(each.type, "'x'") for name, each in columns.items()}
    named, values = ", ".join(f'"{name}"' for name in made), ", ".join(made.values())
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER sealed_insert")
        cursor.execute(f"INSERT INTO {table} ({named}) OVERRIDING SYSTEM VALUE VALUES ({values})")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


def by_hand(table: str, statement: str) -> None:
    """As a superuser in replica mode, the guards of the table off."""
    with unguarded([table]) as cursor:
        cursor.execute(statement)


def named(table: str) -> str:
    if table == LINES:
        return "\n".join(differing_lines())
    return "\n".join(differing_rows(table)[1])


def failing() -> dict[str, str]:
    return {each.name: each.difference for each in check_seals() if not each.holds}


# ---- each column of each table ------------------------------------------------------------------


def test_R7_3_no_column_is_forgotten() -> None:
    """Of the database itself: each is sealed, or left out with a reason."""
    there = {
        (table, column.name)
        for table, columns in columns_of_tables(*(m._meta.db_table for m in MODELS)).items()
        for column in columns
    }
    left_out = {(table, name) for table in COLUMNS_LEFT_OUT for name in COLUMNS_LEFT_OUT[table]}
    assert there == {*COLUMNS, *left_out}
    assert {table.name for table in sealed_tables()} | {LINES} == set(TABLES)


def test_R7_3_what_is_left_out_is_there_to_be_left_out() -> None:
    columns = columns_of_tables()
    assert [table for table in LEFT_OUT if table not in columns] == []
    for table, left in COLUMNS_LEFT_OUT.items():
        assert left.keys() <= {each.name for each in columns[table]}


@pytest.mark.parametrize("table_with_a_row", TABLES, indirect=True)
def test_R7_3_each_altered_column_is_named(table_with_a_row: str) -> None:
    table = table_with_a_row
    assert named(table) == ""
    types = {each.name: each.type for each in columns_of_tables(table)[table]}
    first = f"ctid = (SELECT ctid FROM {table} ORDER BY ctid LIMIT 1)"
    unnamed = []
    for column in [column for each, column in COLUMNS if each == table and column]:
        value = ANOTHER.get(types[column], TEXT).format(f'"{column}"')
        with rolled_back():
            by_hand(table, f'UPDATE {table} SET "{column}" = {value} WHERE {first}')
            difference = named(table)
        wanted = f"was altered: {column}" if is_named_by_column(table, column) else ""
        if not difference.startswith(table) or wanted not in difference:
            unnamed.append(column)
    assert unnamed == []


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def is_named_by_column(table: str, column: str) -> bool:
    """Not a key, which is another row then; not where rows are logged by their digest."""
    sealed = {each.name: each for each in sealed_tables()}
    return table in sealed and not sealed[table].by_digest and column != sealed[table].key


@pytest.mark.parametrize("table_with_a_row", TABLES, indirect=True)
def test_R7_3_a_removed_row_is_named(table_with_a_row: str) -> None:
    table = table_with_a_row
    by_hand(table, f"DELETE FROM {table} WHERE ctid = (SELECT ctid FROM {table} LIMIT 1)")
    assert table in named(table)


@pytest.mark.parametrize("table_with_a_row", TABLES, indirect=True)
def test_R7_3_an_added_row_is_named(table_with_a_row: str) -> None:
    """Past its triggers, as whoever adds one without a trace would."""
    table = table_with_a_row
    columns = columns_of_tables(table)[table]
    keys = {index for (index,) in indexes_of(table)}
    another = KEYS.get(table, {"id", "number", "seller_id"})
    with unguarded([table]) as cursor:
        for index in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{index}" CASCADE')
            cursor.execute(f'DROP INDEX IF EXISTS "{index}"')
        values = ", ".join(
            ANOTHER.get(each.type, TEXT).format(f'"{each.name}"')
            if each.name in another
            else f'"{each.name}"'
            for each in columns
        )
        names = ", ".join(f'"{each.name}"' for each in columns)
        cursor.execute(
            f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE"
            f" SELECT {values} FROM {table} LIMIT 1"
        )
    assert table in named(table)


def indexes_of(table: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index"
            " WHERE indisunique AND indrelid = %s::regclass",
            [table],
        )
        return [(name.strip('"'),) for (name,) in cursor.fetchall()]


# ---- nothing else is an alarm -------------------------------------------------------------------


def test_R7_3_the_world_is_as_it_was_sealed(sealed: World) -> None:
    assert failing() == {}


def test_R7_3_what_moves_by_its_rules_is_no_alarm_before_its_seal_nor_after(sealed: World) -> None:
    approve_bill(sealed.theirs.bill.number, actor=an_operator("oscar"))
    assert failing() == {}
    assert sign_day()
    assert failing() == {}


def test_R7_3_what_nothing_may_change_is_an_alarm_even_where_it_was_logged(sealed: World) -> None:
    """By a superuser who took the guard off, and left the triggers that log."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE settlement_journal DISABLE TRIGGER insert_only")
    execute("UPDATE settlement_journal SET recorded_at = recorded_at - interval '400 days'")
    assert "was updated, which nothing may" in failing()["every_row_is_as_it_was_logged"]


# ---- tables and columns that come later ---------------------------------------------------------


def test_R7_3_a_column_made_later_is_sealed_by_itself(world: World) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE settlement_bill ADD COLUMN colour text NOT NULL DEFAULT 'red'")
    assert named("settlement_bill") == ""
    install_triggers()
    by_hand("settlement_bill", "UPDATE settlement_bill SET colour = 'blue'")
    assert f"settlement_bill {world.mine.bill.number} was altered: colour" in named(
        "settlement_bill"
    )


def test_R7_3_so_is_one_of_a_table_that_is_logged_by_digests(world: World) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE sellers_order ADD COLUMN colour text")
    install_triggers()
    assert named("sellers_order") == ""
    by_hand("sellers_order", "UPDATE sellers_order SET colour = 'blue'")
    assert f"sellers_order {world.mine.order.number} was altered" in named("sellers_order")


def test_R7_3_what_is_altered_is_not_taken_for_new_by_a_migration(world: World) -> None:
    by_hand("settlement_bill", "UPDATE settlement_bill SET state = 'paid'")
    execute("ALTER TABLE settlement_bill ADD COLUMN colour text")
    install_triggers()
    assert "was altered: state" in named("settlement_bill")


def test_R7_3_rows_of_before_there_were_triggers_are_logged_once(world: World) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    by_hand(
        "settlement_sealedchange",
        "DELETE FROM settlement_sealedchange WHERE table_name = 'settlement_refund'",
    )
    execute("DROP FUNCTION seal_settlement_refund CASCADE")
    assert "was added" in named("settlement_refund")
    install_triggers()
    assert named("settlement_refund") == ""
    execute("UPDATE settlement_refund SET modified_at = now()")
    assert named("settlement_refund") == ""


# ---- whole sellers and tails --------------------------------------------------------------------

ABOUT_SELLER = [
    (table, name)
    for model in MODELS
    for table in [model._meta.db_table]
    for name in [field.column for field in model._meta.local_concrete_fields]
    if name == "seller_id"
]


def remove_seller(seller: Any) -> None:
    for table, _ in ABOUT_SELLER:
        by_hand(table, f"DELETE FROM {table} WHERE seller_id = {seller.pk}")
    by_hand("sellers_seller", f"DELETE FROM sellers_seller WHERE id = {seller.pk}")


def forget_seals(where: str, changes: str) -> None:
    by_hand("settlement_seal", f"DELETE FROM settlement_seal WHERE {where}")
    by_hand("settlement_sealedchange", f"DELETE FROM settlement_sealedchange WHERE {changes}")


def test_R7_3_a_whole_seller_that_vanished_is_named(sealed: World) -> None:
    seller = sealed.theirs.seller
    remove_seller(seller)
    wrong = failing()["every_row_is_as_it_was_logged"]
    assert f"sellers_seller {seller.number} is missing" in wrong
    assert f"settlement_bill {sealed.theirs.bill.number} is missing" in wrong


def test_R7_3_so_is_one_that_vanished_with_its_seals(sealed: World) -> None:
    seller = sealed.theirs.seller
    remove_seller(seller)
    forget_seals(f"seller_id = {seller.pk}", f"seller_id = {seller.pk}")
    assert "is over other seals than are on record" in failing()["every_seal_has_its_root"]


def test_R7_3_the_newest_bill_that_vanished_is_named(sealed: World) -> None:
    bill = Bill.objects.order_by("pk").last()
    assert bill is not None
    remove_bill(bill)
    found = failing()
    assert f"settlement_bill {bill.number} is missing" in found["every_row_is_as_it_was_logged"]
    assert f"settlement_billline of {bill.number}" in found["every_line_is_as_it_was_sealed"]


def remove_bill(bill: Bill) -> None:
    for table in ("settlement_billline", "settlement_billproduct", "settlement_allocation"):
        by_hand(table, f"DELETE FROM {table} WHERE bill_id = {bill.pk}")
    entries = f"SELECT id FROM settlement_journal WHERE key = 'bill:{bill.number}'"
    by_hand(
        "settlement_ledgerentry",
        f"DELETE FROM settlement_ledgerentry WHERE journal_id IN ({entries})",
    )
    by_hand("settlement_journal", f"DELETE FROM settlement_journal WHERE id IN ({entries})")
    by_hand("settlement_bill", f"DELETE FROM settlement_bill WHERE id = {bill.pk}")


def test_R7_3_so_is_one_that_vanished_with_its_seal_and_all_after_it(sealed: World) -> None:
    """The chain ends one link earlier and is whole; the root of the day counts its leaves."""
    bill = Bill.objects.order_by("pk").last()
    assert bill is not None
    place, batch = bill.seal.place, bill.seal.batch
    batches = list(
        Seal.objects.filter(seller=bill.seller, place__gte=place).values_list("batch", flat=True)
    )
    remove_bill(bill)
    forget_seals(
        f"seller_id = {bill.seller_id} AND place >= {place}",
        f"seller_id = {bill.seller_id} AND batch IN ({', '.join(map(str, batches))})",
    )
    assert batch in batches
    assert "is over other seals than are on record" in failing()["every_seal_has_its_root"]


def test_R7_3_an_altered_log_contradicts_its_seal(sealed: World) -> None:
    """Row and log alike, as if it had been so from the start."""
    number = sealed.mine.bill.number
    by_hand(
        "settlement_bill", f"UPDATE settlement_bill SET state = 'paid' WHERE number = '{number}'"
    )
    by_hand(
        "settlement_sealedchange",
        "UPDATE settlement_sealedchange SET content = replace(content, "
        '\'"state":"pending_approval"\', \'"state":"paid"\')'
        " WHERE table_name = 'settlement_bill'",
    )
    wrong = failing()["every_seal_is_over_its_changes"]
    assert f"bill {number} is over other changes than are on record: settlement_bill" in wrong


def forge_consistently(sealed: World) -> None:
    """A seal, all after it and the root anew: what one who knows the code and lacks the key can."""
    remove_seller(sealed.theirs.seller)
    forget_seals(f"seller_id = {sealed.theirs.seller.pk}", f"seller_id = {sealed.theirs.seller.pk}")
    by_hand("settlement_seal", "UPDATE settlement_seal SET root_id = NULL")
    by_hand("settlement_sealroot", "DELETE FROM settlement_sealroot")


def test_R7_3_what_was_altered_consistently_only_a_published_root_finds(
    sealed: World, tmp_path: Path
) -> None:
    kept = tmp_path / "roots.json"
    kept.write_text(json.dumps([root.as_published() for root in SealRoot.objects.all()]))
    forge_consistently(sealed)
    assert failing().keys() <= {"every_row_is_as_it_was_logged"}  # of tables without a seller
    assert sign_day(), "the portal itself signs the forgery when its day ends"
    with pytest.raises(CommandError):
        call_command("verify_books", roots=kept, verbosity=0)
    published = [json.loads(kept.read_text())[0]]
    [finding] = [each for each in check_seals(published) if each.name == "every_seal_has_its_root"]
    assert finding.difference == "settlement_sealroot 1 is another one than was published"


def test_R7_3_a_root_is_signed_by_nobody_without_the_key(sealed: World) -> None:
    by_hand("settlement_sealroot", "UPDATE settlement_sealroot SET signature = repeat('0', 128)")
    assert "is not signed by its key" in failing()["every_seal_has_its_root"]


@pytest.mark.parametrize("column", ["place", "bill_id", "batch", "content", "hash", "sealed_at"])
def test_R7_3_each_altered_column_of_a_seal_is_named(sealed: World, column: str) -> None:
    name = "settlement_seal"
    types = {each.name: each.type for each in columns_of_tables(name)[name]}
    value = ANOTHER.get(types[column], "replace({0}, '1', '2')").format(column)
    pk = sealed.mine.bill.seal.pk
    by_hand(name, f"UPDATE {name} SET {column} = {value} WHERE id = {pk}")
    assert failing()


@pytest.mark.parametrize(
    "column",
    ["place", "made_at", "seals", "merkle_root", "content", "hash", "public_key", "signature"],
)
def test_R7_3_each_altered_column_of_a_root_is_named(sealed: World, column: str) -> None:
    name = "settlement_sealroot"
    types = {each.name: each.type for each in columns_of_tables(name)[name]}
    value = ANOTHER.get(types[column], "translate({0}, '0123456789', '1234567890')").format(column)
    by_hand(name, f"UPDATE {name} SET {column} = {value}")
    assert failing().keys() == {"every_seal_has_its_root"}


# ---- what is kept and said ----------------------------------------------------------------------


def test_R7_3_the_result_is_kept_with_the_invariants(sealed: World) -> None:
    assert [each for each in prove_everything() if not each.holds] == []
    prove_what_changed()
    kept = select("SELECT name FROM settlement_invariantresult")
    assert {"every_row_is_as_it_was_logged", "every_seal_has_its_root"} <= set(kept)


def test_R7_3_verify_books_names_it_and_fails(sealed: World, capsys: Any) -> None:
    by_hand(
        "settlement_bill", "UPDATE settlement_bill SET issued_at = issued_at - interval '1 day'"
    )
    with pytest.raises(CommandError):
        call_command("verify_books")
    assert (
        f"settlement_bill {sealed.mine.bill.number} was altered: issued_at"
        in capsys.readouterr().out
    )


def test_R7_3_a_file_that_holds_no_roots_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[1]")
    with pytest.raises(CommandError, match="holds no roots"):
        call_command("verify_books", roots=wrong)
    assert transaction.get_connection().in_atomic_block
