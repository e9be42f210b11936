"""Invoices of one bill submitted at the same time, by real threads on real connections (R8.1).

The seller's lock and the database's guard each suffice alone; with both taken away the invoices ask
for more than is payable, which the last test shows.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from koogallery.approvals import done
from koogallery.models import User
from koogallery.scoping import ScopedQuerySet
from sellers.choices import Role
from sellers.services.companies.certifications import approve_certification
from settlement.models import Bill, SelfBilledInvoice
from settlement.readings.invariants import check_books
from settlement.readings.invoice_facts import invoiced
from settlement.services.bills import invoices
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.self_billing import consent_to_self_billing
from tests.sellers.applying import a_certification, a_member
from tests.settlement.builders import (
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
)
from tests.settlement.services.test_refund_races import at_once
from tests.together import read_together
from tests.world import a_certified_account, an_invoice_says

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = 8


@pytest.fixture
def waiting() -> tuple[Bill, User]:
    """1000.00, approved, waits for its invoices."""
    seller = make_seller()
    make_order(make_product(seller), "1000", at(1, 5))
    bill, operator = close(seller, "202601"), make_operator()
    assert bill
    return done(approve_bill(bill.number, actor=operator)), operator


def submit_at_once(waiting: tuple[Bill, User]) -> Counter[str]:
    """Each asks for 400 of 1000: two fit."""
    bill, operator = waiting

    def submit() -> None:
        said = an_invoice_says("400.00")
        invoices.submit_invoice(bill.number, said, more_follow=True, actor=operator)

    return at_once(submit, CALLERS)


def asked(waiting: tuple[Bill, User]) -> Decimal:
    return invoiced(waiting[0])


@pytest.fixture
def no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedQuerySet, "hold", lambda _rows, _pk: None)


@pytest.fixture
def no_guard() -> Iterator[None]:
    """The table without its guard, until the test is over."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE settlement_invoice DISABLE TRIGGER keep_to_their_bill")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE settlement_invoice ENABLE ALWAYS TRIGGER keep_to_their_bill")


def test_R8_1_invoices_at_once_never_ask_for_more_than_is_payable(
    waiting: tuple[Bill, User],
) -> None:
    assert submit_at_once(waiting) == {"done": 2, "InvalidInput": CALLERS - 2}
    assert asked(waiting) == Decimal(800)


@pytest.mark.usefixtures("no_guard")
def test_R8_1_the_sellers_lock_alone_suffices(waiting: tuple[Bill, User]) -> None:
    submit_at_once(waiting)
    assert asked(waiting) == Decimal(800)


@pytest.mark.usefixtures("no_lock")
def test_R8_1_the_databases_guard_alone_suffices(waiting: tuple[Bill, User]) -> None:
    submit_at_once(waiting)
    assert asked(waiting) == Decimal(800)


@pytest.mark.usefixtures("no_lock", "no_guard")
def test_R8_1_without_both_the_invoices_ask_for_too_much(
    waiting: tuple[Bill, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invoices, "invoiced", read_together(invoiced, 4))
    submit_at_once(waiting)
    monkeypatch.undo()
    assert asked(waiting) > Decimal(1000)


def test_R8_3_bills_approved_at_once_are_self_billed_in_one_series(
    tmp_path: Path, settings: Any
) -> None:
    """Each bill once, also where two approve it, and no number is left out."""
    settings.ATTACHMENTS_DIR = tmp_path
    seller, operator = make_seller(), make_operator()
    product = make_product(seller)
    a_certified_account(seller)
    sent = a_certification(seller, a_member(seller, "mia"), company_name=seller.company_name)
    approve_certification(sent.number, actor=operator)
    finance = make_member(seller, "fiona", Role.FINANCE)
    consent_to_self_billing(seller.number, Decimal(0), "Service abroad", actor=finance)
    bills = []
    for month in range(1, 5):
        make_order(product, "100", at(month, 5))
        issued = close(seller, f"2026{month:02}")
        assert issued
        bills += [issued, issued]
    waiting = iter(bills)
    came = at_once(lambda: approve_bill(next(waiting).number, actor=operator), len(bills))
    assert came["done"] == 4
    counted = SelfBilledInvoice.objects.order_by("pk").values_list("serial", flat=True)
    assert list(counted) == [1, 2, 3, 4]
    assert [found.difference for found in check_books() if not found.holds] == []
