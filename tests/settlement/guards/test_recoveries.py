"""What the database refuses about recoveries and what pays them, whoever asks (R5)."""

from copy import deepcopy

import pytest

from settlement.models import Bill, Recovery
from tests.books import execute, refused_by
from tests.standing import standing
from tests.world import (
    a_deposit,
    a_product,
    a_refund,
    a_seller,
    an_order,
    close,
    the_bill,
)

pytestmark = pytest.mark.django_db

ALLOCATE = """
INSERT INTO settlement_allocation (recovery_id, seller_id, source, bill_id, amount)
VALUES (%(recovery)s, %(seller)s, 'bill', %(bill)s, %(amount)s)
"""
DRAW = """
WITH moved AS (
    INSERT INTO settlement_depositmovement (seller_id, kind, change, balance_after, reference)
    VALUES (%(seller)s, 'refund_recovery', -10, 90, 'by hand') RETURNING id
)
INSERT INTO settlement_allocation (recovery_id, seller_id, source, movement_id, amount)
SELECT %(recovery)s, %(seller)s, 'deposit', id, 10 FROM moved
"""


@standing
def standing_recovery() -> Recovery:
    """80.00 refunded in February of what January's bill had settled; February's bill gave 20.00."""
    seller = a_seller()
    product = a_product(seller, fee="0")
    order = an_order(product, "100.00", "2024-01-10")
    close("202401", seller)
    a_refund(order, "80.00", paid_out="2024-02-03")
    an_order(product, "20.00", "2024-02-10")
    close("202402", seller)
    return Recovery.objects.get(outstanding=60, state="open")


@pytest.fixture
def recovery(standing_recovery: Recovery) -> Recovery:
    return deepcopy(standing_recovery)


def allocate(recovery: Recovery, bill: Bill, amount: str) -> None:
    execute(ALLOCATE, recovery=recovery.pk, seller=recovery.seller_id, bill=bill.pk, amount=amount)


@pytest.mark.parametrize(
    "change",
    [
        "outstanding = 59",
        "outstanding = 0, state = 'recovered'",
        "amount = 81, outstanding = 61",
        "amount = 79",
        "refunded_at = refunded_at - interval '1 day'",
        "cycle = '202401'",
    ],
)
def test_R5_4_what_is_outstanding_changes_by_allocations_alone(
    recovery: Recovery, change: str
) -> None:
    with refused_by("allocations_and_outstanding_make_the_amount"):
        execute(f"UPDATE settlement_recovery SET {change}")


def test_R5_4_recovered_means_that_nothing_is_outstanding(recovery: Recovery) -> None:
    with refused_by("recovered_means_nothing_outstanding"):
        execute("UPDATE settlement_recovery SET state = 'recovered'")


def test_R5_4_no_recovery_begins_with_less_outstanding_than_its_amount(recovery: Recovery) -> None:
    order = an_order(a_product(recovery.seller), "5.00", "2024-02-20")
    refund = a_refund(order, "5.00", paid_out="2024-02-21")
    with refused_by("allocations_and_outstanding_make_the_amount"):
        execute(
            """
            INSERT INTO settlement_recovery
            SELECT (jsonb_populate_record(r, '{"id": -1, "number": "two", "amount": 5,
                "outstanding": 4}' || jsonb_build_object('refund_id', %(refund)s::bigint))).*
            FROM settlement_recovery r
            """,
            refund=refund.pk,
        )


def test_R5_3_bills_outside_the_window_give_nothing(recovery: Recovery) -> None:
    with refused_by("bills_are_drawn_on_within_the_window"):
        allocate(recovery, the_bill(recovery.seller, "202401"), "10")


def test_R5_3_the_bill_of_another_seller_gives_nothing(recovery: Recovery) -> None:
    stranger = a_seller()
    an_order(a_product(stranger), "100.00", "2024-02-10")
    close("202402", stranger)
    with refused_by("bills_are_drawn_on_within_the_window"):
        allocate(recovery, the_bill(stranger, "202402"), "10")


def test_R2_5_an_issued_bill_gives_no_more(recovery: Recovery) -> None:
    an_order(a_product(recovery.seller), "100.00", "2024-03-10")
    close("202403", recovery.seller)
    other = an_order(a_product(recovery.seller), "70.00", "2024-03-11")
    close("202404", recovery.seller)
    a_refund(other, "70.00", paid_out="2024-03-20")
    later = Recovery.objects.get(amount=70)
    with refused_by("recovered_is_the_sum_of_allocations"):
        allocate(later, the_bill(recovery.seller, "202403"), "10")


def test_R5_4_a_recovery_takes_no_more_than_is_outstanding(recovery: Recovery) -> None:
    a_deposit(recovery.seller, "100.00")
    close("202403", recovery.seller)  # 60.00 from the deposit
    with refused_by("outstanding_is_within_the_recovery"):
        execute(DRAW.replace("90,", "30,"), recovery=recovery.pk, seller=recovery.seller_id)


def test_R5_4_the_deposit_is_untouched_while_the_window_is_open(recovery: Recovery) -> None:
    a_deposit(recovery.seller, "100.00")
    with refused_by("the_deposit_waits_for_the_window"):
        execute(DRAW, recovery=recovery.pk, seller=recovery.seller_id)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE settlement_allocation SET amount = 19", "DELETE FROM settlement_allocation"],
)
def test_R5_4_an_allocation_is_never_changed_or_deleted(recovery: Recovery, statement: str) -> None:
    with refused_by("insert_only"):
        execute(statement)


def test_R5_3_a_bill_is_drawn_on_once_per_recovery(recovery: Recovery) -> None:
    with refused_by("a_bill_is_drawn_on_once_per_recovery"):
        allocate(recovery, the_bill(recovery.seller, "202402"), "1")


@pytest.mark.parametrize(
    ("constraint", "columns", "values"),
    [
        ("an_allocation_is_positive", "source, bill_id", "'bill', %(bill)s, 0"),
        ("an_allocation_names_its_source", "source, bill_id", "'deposit', %(bill)s, 1"),
        ("an_allocation_names_its_source", "source", "'payment', 1"),
    ],
)
def test_R5_6_an_allocation_that_is_wrong_in_itself_is_refused(
    recovery: Recovery, constraint: str, columns: str, values: str
) -> None:
    with refused_by(constraint):
        execute(
            f"INSERT INTO settlement_allocation (recovery_id, seller_id, {columns}, amount) "
            f"VALUES (%(recovery)s, %(seller)s, {values})",
            recovery=recovery.pk,
            seller=recovery.seller_id,
            bill=the_bill(recovery.seller, "202402").pk,
        )


def test_R5_1_a_refund_is_recovered_once(recovery: Recovery) -> None:
    with refused_by("settlement_recovery_refund_id_key"):
        execute(
            """
            INSERT INTO settlement_recovery SELECT (jsonb_populate_record(r,
                '{"id": -1, "number": "two", "outstanding": 80}')).* FROM settlement_recovery r
            """
        )
