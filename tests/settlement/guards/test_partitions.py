"""Lines in a partition of their own are guarded as all others are (R1.5, R3.2)."""

import pytest
from django.db import ProgrammingError, connection
from pytest_django import Settings

from koogallery.kit.cycles import Cycle
from sellers.models import Seller
from settlement.models import Bill, BillLine
from settlement.services.closing.cycles import close_through
from settlement.services.closing.runs import request_run, work_on_run
from tests.books import execute, refused_by, select
from tests.settlement.guards.test_bills import a_line
from tests.world import a_product, a_seller, an_adjustment, an_order, close, the_bill

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    """With a bill of January beside all others, and one of February in a partition."""
    seller = a_seller()
    product = a_product(seller)
    an_order(product, "100.00", "2024-01-10", number="O1")
    close("202401", seller)
    an_order(product, "10.00", "2024-02-10", number="O2")
    an_adjustment(the_bill(seller, "202401"), "-1.00")
    close_through([seller.pk], Cycle("202402"), apart=True)
    return seller


@pytest.fixture
def partition(seller: Seller) -> str:
    number = the_bill(seller, "202402").partition
    assert 202402_000000 < number < 202403_000000
    return f"settlement_billline_{number}"


def test_R1_5_a_bill_has_all_its_lines_in_its_partition(seller: Seller, partition: str) -> None:
    bills = [the_bill(seller, "202401"), the_bill(seller, "202402")]
    assert [list(bill.lines.values_list("kind", flat=True)) for bill in bills] == [
        ["order"],
        ["order", "adjustment"],
    ]
    assert select(f"SELECT count(*) FROM {partition}") == [2]
    assert [bill.partition == 0 for bill in bills] == [True, False]


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("insert_only", "UPDATE {} SET settlement = settlement + 1"),
        ("insert_only", "DELETE FROM {}"),
        ("never_emptied", "TRUNCATE {}"),
        ("line_numbers_are_unique", "INSERT INTO {0} SELECT * FROM {0}"),
        (
            "an_order_is_billed_once",
            "INSERT INTO {0} SELECT (jsonb_populate_record(l, '{{\"line_no\": 9}}')).* FROM {0} l",
        ),
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_R3_2_a_partition_is_as_closed_as_the_table(
    partition: str, constraint: str, statement: str, role: str
) -> None:
    execute(f"SET LOCAL session_replication_role = {role}")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    refusal = "insert_only" if constraint == "never_emptied" else constraint
    with refused_by(refusal):
        execute(statement.format(partition))


def test_R1_5_what_is_billed_in_one_partition_is_billed_in_no_other(
    seller: Seller, partition: str
) -> None:
    bill = the_bill(seller, "202401")
    with refused_by("lines_are_their_transactions"):
        execute(a_line(bill, "O2"))
    billed = "SELECT adjustment_id, bill_id FROM settlement_billedadjustment"
    with refused_by("an_adjustment_is_billed_once"):
        execute(f"INSERT INTO settlement_billedadjustment {billed}")


def test_R1_5_a_partition_is_attached_only_with_lines_that_are_right(seller: Seller) -> None:
    an_order(a_product(seller), "5.00", "2024-03-10", number="O3")
    january = the_bill(seller, "202401")
    [number] = select("SELECT open_partition_of_lines('202403')")
    line = a_line(january, "O3", partition=number)
    execute(line.replace("settlement_billline", f"settlement_billline_{number}", 1))
    with refused_by("lines_are_their_transactions"):
        select("SELECT check_partition_of_lines(%(number)s)", number=number)
    with pytest.raises(ProgrammingError, match="does not exist"):
        select("SELECT attach_partition_of_lines(%(number)s)", number=number)


def test_R1_5_nobody_writes_into_another_partition_than_the_bills(
    seller: Seller, partition: str
) -> None:
    with refused_by("a_bill_is_the_sum_of_its_lines"):
        execute(
            f"INSERT INTO settlement_billline SELECT (jsonb_populate_record(l, "
            f"'{{\"partition\": 0, \"line_no\": 1}}')).* FROM {partition} l WHERE kind = 'order'"
        )


def test_R1_7_a_large_batch_fills_a_partition_and_a_small_one_does_not(
    settings: Settings,
) -> None:
    settings.BILL_RUN_PARTITION_LINES = 3
    settings.BILL_RUN_BATCH_SELLERS = settings.BILL_RUN_MOST_SELLERS = 1
    large, small = a_seller(number="L"), a_seller(number="S")
    for seller, orders in ((large, 3), (small, 2)):
        product = a_product(seller)
        for number in range(orders):
            an_order(product, "1.00", f"2024-01-1{number}")
    work_on_run(request_run(Cycle("202401"), None, actor=None).number, wait=True)
    assert the_bill(large, "202401").partition > 0
    assert the_bill(small, "202401").partition == 0
    assert BillLine.objects.count() == 5
    assert Bill.objects.filter(line_count=3, sales_amount=3).count() == 1


def test_R7_3_the_portals_role_fills_partitions_and_owns_none(partition: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM information_schema.role_table_grants"
            " WHERE table_name = %s AND grantee = 'PUBLIC'",
            [partition],
        )
        assert cursor.fetchone() == (0,)
