"""An e-invoice is handed in: the invoice is what the file says, and the file stays (R8.3)."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from koogallery.approvals import done
from koogallery.attachments import attachments_of, open_attachment
from koogallery.kit.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Seller
from settlement.models import Bill, Invoice
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.e_invoices import hand_in_e_invoice, read_against_bill
from settlement.services.bills.invoices import verify_invoice
from tests.settlement.builders import make_member
from tests.settlement.e_invoices.samples import an_e_invoice
from tests.world import a_certified_account


@pytest.fixture(autouse=True)
def _kept_here(tmp_path: Path, settings: Any) -> None:
    settings.ATTACHMENTS_DIR = tmp_path


@pytest.fixture
def fiona(seller: Seller) -> User:
    return make_member(seller, "fiona", Role.FINANCE)


@pytest.fixture
def waiting(bill: Bill, operator: User) -> Bill:
    """1000.00, approved, of a seller whose account is certified."""
    a_certified_account(bill.seller)
    return done(approve_bill(bill.number, actor=operator))


def test_R8_3_the_file_is_the_invoice_and_stays_with_it(
    waiting: Bill, fiona: User, operator: User
) -> None:
    file = an_e_invoice()
    invoice = hand_in_e_invoice(waiting.number, file, actor=fiona)

    assert (invoice.invoice_no, invoice.amount, invoice.tax) == ("EI-1", 1000, 90)
    assert (invoice.vat_number, invoice.account_number) == ("SG 2012 3456 7", "003-912345-6")
    assert (invoice.bank_name, invoice.swift_code) == ("Bank of Examples", "EXMPSGSG")
    assert [part.rate for part in invoice.taxes.all()] == [Decimal("0.09")]
    [kept] = attachments_of("invoice", invoice.number)
    assert (kept.name, kept.purpose) == ("EI-1.xml", "e_invoice")
    found, content = open_attachment(kept.number, actor=fiona)
    with content:
        assert (found, content.read()) == (kept, file)
    assert done(verify_invoice(invoice.number, actor=operator)).state == "verified"


def test_R8_3_looking_at_it_changes_nothing(
    waiting: Bill, fiona: User, nothing_changes: Callable[[], object]
) -> None:
    before = nothing_changes()
    held = read_against_bill(waiting.number, an_e_invoice(buyer="Huawei"), actor=fiona)
    assert [each.term for each in held.compared if not each.holds] == ["BT-44"]
    assert [each.code for each in held.refusals] == ["other_buyer"]
    assert nothing_changes() == before


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"currency": "EUR"}, "BT-5", "other_currency"),
        ({"buyer": "Huawei"}, "BT-44", "other_buyer"),
        ({"net": "1000.01", "gross": "1090.01", "payable": "1090.01"}, "BT-109",
         "invoices_differ_from_net_payable"),
        ({"kind": "381"}, "BT-3", "credit_note"),
        ({"payable": "0"}, "BT-115", "paid_otherwise"),
    ],
)  # fmt: skip
def test_R8_3_what_cannot_be_is_refused_by_its_term(
    waiting: Bill,
    fiona: User,
    nothing_changes: Callable[[], object],
    said: dict[str, str],
    field: str,
    code: str,
) -> None:
    before = nothing_changes()
    with pytest.raises(InvalidInput) as refused:
        hand_in_e_invoice(waiting.number, an_e_invoice(**said), actor=fiona)
    assert (refused.value.field, refused.value.code, refused.value.rule) == (field, code, "R8.3")
    assert nothing_changes() == before


def test_R8_3_what_the_file_leaves_out_is_given_and_nothing_else(
    waiting: Bill, fiona: User
) -> None:
    for given in ({"invoice_no": "other"}, {"amount": Decimal(999)}, {"vat_number": "SG 1"}):
        with pytest.raises(InvalidInput) as refused:
            hand_in_e_invoice(waiting.number, an_e_invoice(), given=given, actor=fiona)
        assert refused.value.code == "differs_from_e_invoice"
    said = {"bank_name": "Another Bank", "invoice_no": "EI-1"}
    invoice = hand_in_e_invoice(waiting.number, an_e_invoice(), given=said, actor=fiona)
    assert invoice.bank_name == "Another Bank"


def test_R8_3_a_bill_may_have_several_e_invoices(waiting: Bill, fiona: User) -> None:
    half = {"net": "500.00", "tax": "45.00", "gross": "545.00", "payable": "545.00"}
    hand_in_e_invoice(waiting.number, an_e_invoice(**half), more_follow=True, actor=fiona)
    with pytest.raises(Conflict) as refused:
        hand_in_e_invoice(waiting.number, an_e_invoice(**half), actor=fiona)
    assert refused.value.code == "an_invoice_number_is_used_once"
    last = hand_in_e_invoice(waiting.number, an_e_invoice(**half, number="EI-2"), actor=fiona)
    assert last.state == "under_review"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATIONS])
def test_R8_3_who_submits_no_invoices_hands_in_none(
    waiting: Bill, seller: Seller, role: Role
) -> None:
    viewer = make_member(seller, "viewer", role)
    stranger = User.objects.create_user("stranger")
    for act in (read_against_bill, hand_in_e_invoice):
        with pytest.raises(Forbidden):
            act(waiting.number, an_e_invoice(), actor=viewer)
        with pytest.raises(NotFound):
            act(waiting.number, an_e_invoice(), actor=stranger)
    assert not Invoice.objects.exists()


def test_R8_3_a_bill_that_waits_for_none_takes_no_e_invoice(bill: Bill, fiona: User) -> None:
    with pytest.raises(DomainError) as refused:
        read_against_bill(bill.number, an_e_invoice(), actor=fiona)
    assert refused.value.code == "illegal_transition"
