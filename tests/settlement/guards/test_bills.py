"""What the database refuses about bills, whoever asks (R2, R3.2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

import pytest

from settlement.models import Bill, BillLine, BillProduct
from tests.authority import answer_for_bills
from tests.books import execute, refused_by
from tests.standing import standing
from tests.world import (
    a_pay_per_use_order,
    a_product,
    a_seller,
    an_adjustment,
    an_order,
    close,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db

INSERT_LINE = """
INSERT INTO settlement_billline (bill_id, line_no, seller_id, kind, order_id, product_id,
    usage_record_id, adjustment_id, cycle, catch_up, effective_at, sales_amount, customer_wht,
    platform_fee_ratio, settlement, refunded_before)
SELECT %(bill)s, %(line_no)s, seller_id, kind, order_id, product_id, usage_record_id,
    adjustment_id, cycle, catch_up, effective_at, sales_amount, customer_wht, platform_fee_ratio,
    settlement, refunded_before
FROM settlement_billline WHERE (bill_id, line_no) = (%(bill_of_line)s, %(no_of_line)s)
"""
INSERT_BILL = """
INSERT INTO settlement_bill SELECT (jsonb_populate_record(b, %(changes)s::jsonb)).*
FROM settlement_bill b WHERE id = %(bill)s
"""


@standing
def standing_bill() -> Bill:
    """Sales 100.00 at 15 %, usage 0.5: 85.43."""
    seller = a_seller()
    product = a_product(seller)
    an_order(product, "100.00", "2024-01-10", number="O1")
    some_usage(a_pay_per_use_order(product, number="O2"), "0.5", "2024-01-11", sn="U1")
    close("202401", seller)
    return the_bill(seller, "202401")


@pytest.fixture
def bill(standing_bill: Bill) -> Bill:
    return deepcopy(standing_bill)


@pytest.fixture
def next_bill(bill: Bill) -> Bill:
    """An order of 50.00 and an adjustment of 7.00."""
    an_order(a_product(bill.seller), "50.00", "2024-02-10", number="O3")
    an_adjustment(bill, "7.00")
    close("202402", bill.seller)
    return the_bill(bill.seller, "202402")


@pytest.mark.parametrize(
    "change",
    [
        "sales_amount = sales_amount + 1, platform_fee = platform_fee + 1",
        "recovered = 1, net_payable = net_payable - 1",
        "number = 'B202401-other'",
        "cycle = '202402'",
        "seller_id = seller_id + 1",
        "line_count = 3",
        "withholding_tax_rate = 0.1",
        "seller_name = 'Another'",
        "seller_address = 'Elsewhere'",
        "issuer_tax_number = '1'",
        "issued_at = issued_at - interval '1 day'",
    ],
)
def test_R3_2_an_issued_bill_is_never_rewritten(bill: Bill, change: str) -> None:
    with refused_by("an_issued_bill_is_frozen"):
        execute(f"UPDATE settlement_bill SET {change}")


def test_R3_2_an_issued_bill_is_never_deleted(bill: Bill) -> None:
    with refused_by("an_issued_bill_is_frozen"):
        execute("DELETE FROM settlement_bill")


def test_R3_3_the_state_of_an_issued_bill_moves(bill: Bill) -> None:
    move = "UPDATE settlement_bill SET state = 'pending_invoice', modified_at = now()"
    with refused_by("money_moves_by_authority"):
        execute(move)
    answer_for_bills()
    assert execute(move) == 1


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("one_bill_per_seller_and_cycle", '{"id": -1, "number": "twin"}'),
        ("a_bill_adds_up", '{"id": -1, "number": "B", "cycle": "202402", "platform_fee": 1}'),
        (
            "net_payable_is_settlement_less_recovered",
            '{"id": -1, "number": "B", "cycle": "202402", "net_payable": 1}',
        ),
        (
            "recovered_never_exceeds_settlement",
            '{"id": -1, "number": "B", "cycle": "202402", "recovered": 100, "net_payable": -14.57}',
        ),
        (
            "recovered_is_the_sum_of_allocations",
            '{"id": -1, "number": "B", "cycle": "202402", "recovered": 1, "net_payable": 84.43}',
        ),
    ],
)
def test_R2_5_a_bill_that_is_wrong_in_itself_is_refused(
    bill: Bill, constraint: str, changes: str
) -> None:
    with refused_by(constraint):
        execute(INSERT_BILL, bill=bill.pk, changes=changes)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settlement_billline SET settlement = settlement + 1",
        "UPDATE settlement_billline SET bill_id = bill_id + 1",
        "DELETE FROM settlement_billline",
        "UPDATE settlement_billproduct SET name = 'Another'",
        "DELETE FROM settlement_billproduct",
        "UPDATE settlement_adjustment SET amount = 8",
        "DELETE FROM settlement_adjustment",
    ],
)
def test_R3_2_lines_and_adjustments_are_never_changed(next_bill: Bill, statement: str) -> None:
    with refused_by("insert_only"):
        execute(statement)


@pytest.mark.parametrize(
    "table",
    [
        "settlement_billline",
        "settlement_billproduct",
        "settlement_adjustment",
        "settlement_allocation",
        "settlement_depositmovement",
        "settlement_receivablepayment",
        "settlement_refundapproval",
        "settlement_journal",
        "settlement_ledgerentry",
        "settlement_invoicetax",
    ],
)
def test_R7_1_what_is_insert_only_is_never_emptied(next_bill: Bill, table: str) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"ALTER TABLE {table} ENABLE TRIGGER never_emptied")
    with refused_by("insert_only"):
        execute(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    ("kind", "constraint"),
    [
        ("order", "an_order_is_billed_once"),
        ("usage", "a_usage_record_is_billed_once"),
        ("adjustment", "an_adjustment_is_billed_once"),
    ],
)
def test_R1_5_a_second_line_for_one_transaction_is_refused(
    next_bill: Bill, kind: str, constraint: str
) -> None:
    line = BillLine.objects.filter(kind=kind).earliest("bill", "line_no")
    with refused_by(constraint):
        bill_of_line, no_of_line = line.pk
        execute(
            INSERT_LINE,
            bill=next_bill.pk,
            bill_of_line=bill_of_line,
            no_of_line=no_of_line,
            line_no=9,
        )


def a_line(bill: Bill, order_number: str, **changes: object) -> str:
    """One that would be in order, but for its changes and for the bill having been issued."""
    values: dict[str, object] = {
        "bill_id": bill.pk,
        "line_no": 9,
        "seller_id": bill.seller_id,
        "kind": "'order'",
        "order_id": "o.id",
        "product_id": f"(SELECT min(id) FROM settlement_billproduct WHERE bill_id = {bill.pk})",
        "usage_record_id": "NULL",
        "adjustment_id": "NULL",
        "cycle": "o.cycle",
        "catch_up": f"o.cycle < '{bill.cycle}'",
        "effective_at": "o.effective_at",
        "sales_amount": "o.sales_amount",
        "customer_wht": "o.customer_wht",
        "platform_fee_ratio": "o.platform_fee_ratio",
        "settlement": "o.sales_amount * (1 - o.platform_fee_ratio)",
        **changes,
    }
    columns, sources = ", ".join(values), ", ".join(map(str, values.values()))
    return (
        f"INSERT INTO settlement_billline ({columns}) "
        f"SELECT {sources} FROM sellers_order o WHERE o.number = '{order_number}'"
    )


#: Of the bill before it, where it is the first.
ANOTHER_BILLS = "(SELECT min(id) FROM settlement_billproduct)"


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        # Right in itself, but due on the next bill.
        ("lines_are_their_transactions", {}),
        (
            "lines_are_their_transactions",
            {"sales_amount": "o.sales_amount - 1", "settlement": 20.4},
        ),
        ("lines_are_their_transactions", {"platform_fee_ratio": 0, "settlement": 25}),
        ("lines_are_their_transactions", {"cycle": "'202312'"}),
        ("lines_are_their_transactions", {"refunded_before": 26}),
        ("lines_are_their_transactions", {"order_id": -1}),
        ("lines_are_their_transactions", {"product_id": ANOTHER_BILLS}),
        ("a_line_names_its_transaction", {"product_id": "NULL"}),
        ("a_line_follows_the_formula", {"settlement": "21.2500000001"}),
        ("a_line_names_its_transaction", {"order_id": "NULL"}),
        ("a_line_names_its_transaction", {"kind": "'usage'"}),
        ("line_numbers_are_unique", {"line_no": 1}),
    ],
)
def test_R2_1_a_line_that_is_not_its_transaction_is_refused(
    bill: Bill, constraint: str, changes: dict[str, object]
) -> None:
    product = a_product(bill.seller)
    an_order(product, "25.00", "2024-02-10", number="O9")
    close("202402", bill.seller)
    unbilled = an_order(product, "25.00", "2024-02-11", number="O10")
    with refused_by(constraint):
        execute(a_line(the_bill(bill.seller, "202402"), unbilled.number, **changes))


def test_R3_2_a_line_that_an_issued_bill_lacks_is_refused(bill: Bill) -> None:
    product = a_product(bill.seller)
    an_order(product, "25.00", "2024-02-10", number="O9")
    close("202402", bill.seller)
    an_order(product, "25.00", "2024-02-11", number="O10")
    with _without_guards("sellers_order"):
        execute("UPDATE sellers_order SET due_cycle = '202402' WHERE number = 'O10'")
    with refused_by("a_bill_is_the_sum_of_its_lines"):
        execute(a_line(the_bill(bill.seller, "202402"), "O10"))


@contextmanager
def _without_guards(table: str) -> Iterator[None]:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_R1_5_a_line_of_another_sellers_order_is_refused(bill: Bill) -> None:
    stranger = an_order(a_product(a_seller()), "25.00", "2024-01-11")
    with refused_by("lines_are_their_transactions"):
        execute(a_line(bill, stranger.number))


@pytest.mark.parametrize("number", ["P-other", "another seller's"])
def test_R3_2_a_bill_names_products_of_its_seller_alone(bill: Bill, number: str) -> None:
    product = a_product(bill.seller if number == "P-other" else a_seller())
    with refused_by("a_bill_names_products_of_its_seller"):
        BillProduct.objects.create(
            bill=bill,
            product=product,
            number=number if number == "P-other" else product.number,
            name="Firewall",
            line_count=0,
            sales_amount=0,
            customer_wht=0,
            settlement=0,
        )


@pytest.mark.parametrize("amount", ["line_count", "sales_amount", "customer_wht", "settlement"])
def test_R2_4_a_bill_is_the_sum_of_its_products(bill: Bill, amount: str) -> None:
    of_nothing = {"line_count": 0, "sales_amount": 0, "customer_wht": 0, "settlement": 0}
    product = a_product(bill.seller)
    named = {"bill": bill, "product": product, "number": product.number, "name": "Firewall"}
    BillProduct.objects.create(**named, **of_nothing)
    product = a_product(bill.seller)
    named |= {"product": product, "number": product.number}
    with refused_by("a_bill_is_the_sum_of_its_products"):
        BillProduct.objects.create(**named, **of_nothing | {amount: 1})
