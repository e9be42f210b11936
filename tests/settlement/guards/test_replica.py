"""Guards of facts and money are not passed over by a session in replica mode (R7.1)."""

import pytest

from tests.books import execute, refused_by, select
from tests.world import a_deposit, a_product, a_seller, an_order, close

pytestmark = pytest.mark.django_db


def test_R7_1_every_guard_fires_always() -> None:
    """But the one that the tests themselves take off to empty tables, and what logs for seals."""
    passed_over = select(
        "SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT tgisinternal AND tgenabled <> 'A' AND tgname <> 'never_emptied'"
        " AND NOT starts_with(tgname, 'sealed_')"
        " AND (starts_with(relname, 'settlement_') OR starts_with(relname, 'sellers_'))"
    )
    assert passed_over == []


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("an_issued_bill_is_frozen", "UPDATE settlement_bill SET net_payable = 1, recovered = 99"),
        ("an_issued_bill_is_frozen", "DELETE FROM settlement_bill"),
        ("insert_only", "UPDATE settlement_billline SET line_no = 9"),
        ("insert_only", "DELETE FROM settlement_ledgerentry"),
        ("insert_only", "UPDATE settlement_journal SET recorded_at = now() - interval '400 days'"),
        ("insert_only", "DELETE FROM settlement_depositmovement"),
        ("movements_make_the_balance", "UPDATE settlement_deposit SET balance = 1"),
        ("billed_orders_are_frozen", "UPDATE sellers_order SET customer_name = 'Nobody'"),
        ("the_open_cycle_moves_forward", "UPDATE sellers_seller SET open_cycle = NULL"),
        ("insert_only", "UPDATE sellers_feeratio SET version = 7"),
    ],
)
def test_R7_1_a_replica_is_refused_as_anybody(constraint: str, statement: str) -> None:
    seller = a_seller()
    an_order(a_product(seller, fee="0"), "100.00", "2024-01-10")
    close("202401", seller)
    a_deposit(seller, "10.00")
    execute("SET LOCAL session_replication_role = replica")

    with refused_by(constraint):
        execute(statement)
