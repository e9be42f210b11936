"""How far the schema and the statements are from Citus: no further than is written down."""

from pathlib import Path

import pytest
from django.db import connection

from tests.tools.citus import LIMITS, faults_of, functions_that_look_elsewhere
from tools.citus import places, statements

pytestmark = pytest.mark.django_db


def _listed() -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("citus_breaks.txt").read_text().splitlines():
        if line.startswith("["):
            names = listed.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            names.append(line)
    return listed


LISTED = _listed()


@pytest.mark.parametrize("limit", LIMITS)
def test_what_citus_does_not_take_is_written_down(limit: str) -> None:
    """In both directions: what has been mended is no longer on the list."""
    listed, found = set(LISTED[limit]), LIMITS[limit]()
    assert len(listed) == len(LISTED[limit])
    assert (found - listed, listed - found) == (set(), set())


@pytest.mark.parametrize(
    ("limit", "change", "fault"),
    [
        ("keys", "CREATE UNIQUE INDEX new ON sellers_order (customer_name)", "new"),
        ("keys", "CREATE UNIQUE INDEX new ON sellers_order (customer_name, seller_id)", None),
        ("keys", "CREATE UNIQUE INDEX new ON koogallery_notice (subject)", None),
        (
            "foreign keys",
            "ALTER TABLE sellers_order ADD other bigint REFERENCES settlement_bill",
            "sellers_order(other)",
        ),
        (
            "foreign keys",
            "ALTER TABLE sellers_order ADD other bigint REFERENCES koogallery_user",
            None,
        ),
        (
            "foreign keys",
            "ALTER TABLE koogallery_user ADD other bigint REFERENCES sellers_order",
            "koogallery_user(other)",
        ),
        (
            "foreign keys",
            "ALTER TABLE sellers_order ADD other bigint REFERENCES koogallery_notice",
            "sellers_order(other)",
        ),
        (
            "nulls",
            "ALTER TABLE settlement_bill ALTER seller_id DROP NOT NULL",
            "settlement_bill.seller_id",
        ),
        ("triggers", "SELECT count(*) FROM settlement_bill", "new"),
        ("triggers", "SELECT due_in_cycle('202401', '202401')", None),
        ("triggers", "SELECT fee_ratio_at(1, now())", "new"),
        ("names", "SELECT TG_TABLE_NAME", "new"),
    ],
)
def test_a_new_fault_is_found(limit: str, change: str, fault: str | None) -> None:
    before = LIMITS[limit]()
    with connection.cursor() as cursor:
        cursor.execute(change if limit not in {"triggers", "names"} else _trigger(change))
    assert LIMITS[limit]() - before == ({fault} if fault else set())


def _trigger(query: str) -> str:
    return f"""
    CREATE FUNCTION new() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM ({query}); RETURN NULL; END $$;
    CREATE TRIGGER new AFTER INSERT ON sellers_order FOR EACH ROW EXECUTE FUNCTION new();
    """


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ("SELECT o.id FROM sellers_order o WHERE o.seller_id = ANY(%(sellers)s)", set()),
        ("SELECT o.id FROM sellers_order o WHERE o.number = 'x'", {"sellers_order by no seller"}),
        ("SELECT id FROM sellers_seller WHERE id = 1 FOR SHARE", {"locks rows"}),
        (
            """SELECT FROM sellers_order o JOIN sellers_usagerecord u ON u.order_id = o.id
            WHERE o.seller_id = 1""",
            {"sellers_usagerecord by no seller"},
        ),
        (
            """SELECT FROM sellers_order o WHERE o.seller_id = 1
            UNION ALL SELECT FROM sellers_order o""",
            {"sellers_order by no seller"},
        ),
        (
            "WITH n AS (INSERT INTO sellers_order (number) VALUES (1)) SELECT 1",
            {"sellers_order by no seller", "writes sellers_order in a WITH"},
        ),
        ("INSERT INTO sellers_order (seller_id, number) VALUES (1, 2)", set()),
        (
            "SELECT fee_ratio_at(p.id, now()) FROM sellers_product p WHERE p.seller_id = 1",
            {"calls fee_ratio_at"},
        ),
        ("SELECT n.id FROM koogallery_notice n", set()),
    ],
)
def test_a_statement_is_held_against_the_limits(statement: str, faults: set[str]) -> None:
    assert faults_of(statement, functions_that_look_elsewhere()) == faults


def test_each_table_has_a_place_after_what_it_refers_to() -> None:
    told = list(statements())
    assert len(told) == len(places())
    kinds = [place.kind for place in places().values()]
    assert kinds == sorted(kinds, key=["reference", "distributed", "local"].index)
    assert "SELECT create_reference_table('koogallery_user');" in told
    assert (
        "SELECT create_distributed_table('settlement_billline', 'seller_id', "
        "colocate_with => 'sellers_seller');"
    ) in told
