"""What the database refuses about invoices, whoever asks (R8.1)."""

from copy import deepcopy

import pytest

from koogallery.approvals import done
from koogallery.models import ApprovalRequest
from sellers.models import Seller
from settlement.models import Invoice
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.invoices import submit_invoice, verify_invoice, withdraw_invoice
from tests.books import execute, refused_by
from tests.standing import standing
from tests.world import (
    a_certified_account,
    a_product,
    a_seller,
    an_invoice_says,
    an_operator,
    an_order,
    close,
    some_invoices,
    the_bill,
)

pytestmark = pytest.mark.django_db

INSERT = """
INSERT INTO settlement_invoice SELECT (jsonb_populate_record(i, %(changes)s::jsonb)).*
FROM settlement_invoice i WHERE id = %(invoice)s
"""


@standing
def standing_invoice() -> Invoice:
    """50.00 of the 85.00 of A's only bill, which waits for more; B has a bill that waits, too."""
    for number in ("A", "B"):
        seller = a_seller(number)
        an_order(a_product(seller), "100.00", "2024-01-10")
        close("202401", seller)
    a_certified_account(a_seller("B"))
    some_invoices(the_bill(a_seller("B"), "202401"), "85.00")
    bill = the_bill(a_seller("A"), "202401")
    _, second = some_invoices(bill, "50.00", "35.00")
    withdraw_invoice(second.number, actor=an_operator())
    return Invoice.objects.get(amount=50)


@pytest.fixture
def invoice(standing_invoice: Invoice) -> Invoice:
    return deepcopy(standing_invoice)


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("invoices_stay_within_net_payable", '"amount": 35.01, "invoice_no": "x"'),
        ("an_invoice_number_is_used_once", '"amount": 1'),
        ("an_invoice_asks_for_something", '"amount": 0, "invoice_no": "x"'),
        ("an_invoice_asks_for_something", '"amount": -5, "invoice_no": "x"'),
        ("an_invoice_is_in_a_known_state", '"amount": 1, "invoice_no": "x", "state": "gone"'),
        ("a_rejected_invoice_says_why", '"amount": 1, "invoice_no": "x", "rejection_reason": "y"'),
        (
            "an_invoice_is_of_its_bills_seller_and_currency",
            '"amount": 1, "invoice_no": "x", "currency": "EUR"',
        ),
    ],
)
def test_R8_1_an_invoice_that_does_not_fit_is_refused(
    invoice: Invoice, constraint: str, changes: str
) -> None:
    with refused_by(constraint):
        one_more = f'{{"id": -1, "number": "x", {changes}}}'
        execute(INSERT, invoice=invoice.pk, changes=one_more)


def test_R8_1_an_invoice_is_for_a_bill_that_waits_for_it(invoice: Invoice) -> None:
    other = Invoice.objects.get(amount=85)
    with refused_by("an_invoice_is_for_a_bill_that_waits_for_it"):
        changes = '{"id": -1, "number": "x", "invoice_no": "x"}'
        execute(INSERT, invoice=other.pk, changes=changes)


@pytest.mark.parametrize(
    "change", ["amount = 49", "invoice_no = 'y'", "account_number = '1'", "bill_to = 'me'"]
)
def test_R8_1_an_invoice_keeps_its_facts(invoice: Invoice, change: str) -> None:
    with refused_by("an_invoice_keeps_its_facts"):
        execute(f"UPDATE settlement_invoice SET {change} WHERE id = %(id)s", id=invoice.pk)
    with refused_by("an_invoice_keeps_its_facts"):
        execute("DELETE FROM settlement_invoice WHERE id = %(id)s", id=invoice.pk)


def test_R8_1_what_was_decided_is_final(invoice: Invoice) -> None:
    number = Invoice.objects.get(amount=85).number
    verified = done(verify_invoice(number, actor=an_operator("vera")))
    with refused_by("an_invoice_keeps_its_facts"):
        execute("UPDATE settlement_invoice SET state = 'received' WHERE id = %(i)s", i=verified.pk)
    with refused_by("another_account_takes_two"):
        execute("UPDATE settlement_invoice SET state = 'verified' WHERE id = %(i)s", i=invoice.pk)
    a_certified_account(invoice.seller)
    with refused_by("a_decided_invoice_has_its_decider"):
        execute("UPDATE settlement_invoice SET state = 'verified' WHERE id = %(i)s", i=invoice.pk)


@pytest.mark.parametrize(
    ("said", "is_another"),
    [
        ({}, False),
        ({"account_number": "0039123456"}, False),
        ({"swift_code": "exmpsgsgxxx"}, False),
        ({"account_holder": "  OF  C "}, False),
        ({"account_number": "003-912345-7"}, True),
        ({"swift_code": "AAAASGSG"}, True),
        ({"swift_code": "EXMPSGSG123"}, True),
        ({"account_holder": "Mallory"}, True),
    ],
)
def test_R8_1_the_same_digits_elsewhere_are_another_account(
    said: dict[str, str], is_another: bool
) -> None:
    """An account is its number at its bank in its holder's name."""
    seller = a_seller("C")
    an_order(a_product(seller), "100.00", "2024-01-10")
    close("202401", seller)
    Seller.objects.filter(pk=seller.pk).update(company_name="Of C")
    seller.refresh_from_db()
    a_certified_account(seller)
    bill = the_bill(seller, "202401")
    approve_bill(bill.number, actor=an_operator())
    facts = {"account_holder": "Of C", **an_invoice_says("85.00"), **said}
    submitted = submit_invoice(bill.number, facts, actor=an_operator())
    came = verify_invoice(submitted.number, "they telephoned", actor=an_operator("vera"))
    assert isinstance(came, ApprovalRequest) is is_another
    if is_another:
        with refused_by("another_account_takes_two"):
            execute(
                "UPDATE settlement_invoice SET state = 'verified' WHERE id = %(i)s", i=submitted.pk
            )


def test_R8_1_who_recorded_an_invoice_does_not_verify_it(invoice: Invoice) -> None:
    a_certified_account(invoice.seller)
    with refused_by("who_records_an_invoice_does_not_verify_it"):
        execute(
            "UPDATE settlement_invoice SET state = 'verified', decided_by_id = submitted_by_id, "
            "decided_at = now() WHERE id = %(i)s",
            i=invoice.pk,
        )


def test_R8_1_a_bill_goes_on_only_when_it_is_invoiced_to_the_cent(invoice: Invoice) -> None:
    move = "UPDATE settlement_bill SET state = %(state)s WHERE id = %(bill)s"
    with refused_by("invoices_add_up_to_net_payable"):
        execute(move, state="invoice_under_review", bill=invoice.bill_id)
    other = Invoice.objects.get(amount=85).bill_id
    with refused_by("a_bill_is_paid_on_verified_invoices"):
        execute(move, state="payment_processing", bill=other)


TAX = """
    INSERT INTO settlement_invoicetax (invoice_id, rate, net, tax)
    VALUES (%(invoice)s, %(rate)s, %(net)s, %(tax)s)
"""


@pytest.mark.parametrize(
    ("rate", "net", "tax", "constraint"),
    [
        ("0", "1", "0", "a_rate_stands_once_on_an_invoice"),
        ("1", "1", "1", "a_rate_taxes_something"),
        ("-0.1", "1", "0", "a_rate_taxes_something"),
        ("0.1", "0", "0", "a_rate_taxes_something"),
        ("0.1", "1", "-1", "a_rate_taxes_something"),
        ("0.1", "1", "0.1", "taxes_make_the_invoice"),
    ],
)
def test_R8_1_no_rate_is_added_to_an_invoice(
    invoice: Invoice, rate: str, net: str, tax: str, constraint: str
) -> None:
    with refused_by(constraint):
        execute(TAX, invoice=invoice.pk, rate=rate, net=net, tax=tax)
        execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_R8_1_an_invoice_takes_no_tax_off(invoice: Invoice) -> None:
    with refused_by("an_invoice_takes_no_tax_off"):
        changes = '{"id": -1, "number": "x", "invoice_no": "x", "tax": -1}'
        execute(INSERT, invoice=invoice.pk, changes=changes)


def test_R8_1_the_rates_of_an_invoice_are_frozen_as_it_is(invoice: Invoice) -> None:
    for change in (
        "UPDATE settlement_invoicetax SET tax = 1",
        "DELETE FROM settlement_invoicetax",
    ):
        with refused_by("insert_only"):
            execute(change)
    with refused_by("an_invoice_keeps_its_facts"):
        execute("UPDATE settlement_invoice SET tax = 1 WHERE id = %(id)s", id=invoice.pk)


def _with_taxes(invoice: Invoice, total: str, *rows: tuple[str, str, str]) -> None:
    """Another invoice of 1, with the rows, written in one transaction."""
    execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    execute("ALTER TABLE settlement_invoice DISABLE TRIGGER keep_to_their_bill")
    changes = f'{{"id": -1, "number": "x", "invoice_no": "x", "amount": 1, "tax": {total}}}'
    execute(INSERT, invoice=invoice.pk, changes=changes)
    for rate, net, tax in rows:
        execute(TAX, invoice=-1, rate=rate, net=net, tax=tax)
    execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("total", "rows"),
    [
        ("0", []),
        ("0.1", [("0.1", "1", "0.2")]),
        ("0.1", [("0.1", "0.5", "0.1")]),
        ("0.11", [("0.1", "1", "0.11")]),
        ("0.1", [("0.1", "1", "0.1"), ("0", "1", "0")]),
    ],
)
def test_R8_1_taxes_make_the_invoice(
    invoice: Invoice, total: str, rows: list[tuple[str, str, str]]
) -> None:
    with refused_by("taxes_make_the_invoice"):
        _with_taxes(invoice, total, *rows)


def test_R8_1_taxes_that_make_it_are_taken(invoice: Invoice) -> None:
    _with_taxes(invoice, "0.05", ("0.1", "0.5", "0.05"), ("0", "0.5", "0"))
