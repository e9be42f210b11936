"""Invoices from the notice to the payment that may follow (R8.1)."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine

from koogallery.approvals import done
from koogallery.approving import approve_request
from koogallery.kit.errors import Conflict, DomainError, Forbidden, IllegalTransition, NotFound
from koogallery.models import Act, ApprovalRequest, Notice, User
from sellers.choices import Role
from sellers.models import Seller
from sellers.services.companies.certifications import approve_certification
from settlement.models import Authorisation, Bill, Invoice, InvoicingList
from settlement.readings.invoice_facts import checks_of
from settlement.rules.invoice_taxes import TaxedPart
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.invoices import (
    reject_invoice,
    submit_invoice,
    tell_of_overdue_invoices,
    verify_invoice,
    withdraw_invoice,
)
from tests.books import execute, refused_by
from tests.sellers.applying import a_certification, a_member
from tests.settlement.builders import make_member
from tests.world import a_certified_account, an_invoice_says, an_operator


@pytest.fixture
def fiona(seller: Seller) -> User:
    return make_member(seller, "fiona", Role.FINANCE)


@pytest.fixture
def waiting(bill: Bill, operator: User) -> Bill:
    """1000.00, approved, waits for its invoices, of a seller whose account is certified."""
    a_certified_account(bill.seller)
    return done(approve_bill(bill.number, actor=operator))


def state_of(bill: Bill) -> str:
    return str(Bill.objects.values_list("state", flat=True).get(pk=bill.pk))


def states(bill: Bill) -> list[str]:
    return list(bill.invoices.order_by("pk").values_list("state", flat=True))


def test_R8_1_one_invoice_over_what_is_payable_brings_the_bill_under_review(
    waiting: Bill, fiona: User
) -> None:
    said = an_invoice_says("1000.00", invoice_no=" A-1 ", swift_code="exmpsgsg")
    invoice = submit_invoice(waiting.number, said, actor=fiona)

    assert (invoice.state, state_of(waiting)) == ("under_review", "invoice_under_review")
    assert (invoice.number[:2], invoice.invoice_no, invoice.swift_code) == ("IN", "A-1", "EXMPSGSG")
    assert (invoice.company_name, invoice.account_holder) == ("Contoso Cloud", "Contoso Cloud")
    assert invoice.bill_to
    act = Act.objects.get(object_kind="invoice")
    assert (act.verb, act.actor, act.facts["bill"]) == ("submitted", fiona, waiting.number)
    assert "003-912345-6" not in str(act.facts)


def test_R8_1_several_invoices_add_up(waiting: Bill, fiona: User, operator: User) -> None:
    for amount, more in (("600", True), ("399.99", True), ("0.01", False)):
        assert state_of(waiting) == "pending_invoice"
        submit_invoice(waiting.number, an_invoice_says(amount), more_follow=more, actor=fiona)
    assert (states(waiting), state_of(waiting)) == (["under_review"] * 3, "invoice_under_review")

    for invoice in waiting.invoices.order_by("pk"):
        assert state_of(waiting) == "invoice_under_review"
        verify_invoice(invoice.number, actor=operator)
    assert (states(waiting), state_of(waiting)) == (["verified"] * 3, "payment_processing")
    assert Notice.objects.filter(kind="invoice_verified").count() == 3


@pytest.mark.parametrize(
    ("amount", "more"), [("999.99", False), ("1000.01", False), ("1001", True)]
)
def test_R8_1_a_total_that_differs_by_a_cent_is_refused(
    waiting: Bill, fiona: User, nothing_changes: Callable[[], object], amount: str, more: bool
) -> None:
    before = nothing_changes()
    with pytest.raises(DomainError) as refusal:
        submit_invoice(waiting.number, an_invoice_says(amount), more_follow=more, actor=fiona)
    assert (refusal.value.code, refusal.value.rule, refusal.value.field) == (
        "invoices_differ_from_net_payable",
        "R8.1",
        "amount",
    )
    assert "1,000.00 USD" in refusal.value.detail
    assert (nothing_changes(), state_of(waiting)) == (before, "pending_invoice")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("1000.001")}, "amount"),
        ({"vat_number": " "}, "vat_number"),
        ({"swift_code": "NO"}, "swift_code"),
        ({"currency": "EUR"}, "currency"),
        ({"invoice_date": date(2999, 1, 1)}, "invoice_date"),
        ({"invoice_no": ""}, "invoice_no"),
    ],
)
def test_R8_1_an_invoice_that_is_wrong_in_itself_is_refused(
    waiting: Bill, fiona: User, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        submit_invoice(waiting.number, an_invoice_says("1000") | given, actor=fiona)
    assert (refusal.value.field, refusal.value.rule) == (field, "R8.1")
    assert not waiting.invoices.exists()


def test_R8_1_a_bill_that_waits_for_none_takes_no_invoice(bill: Bill, fiona: User) -> None:
    with pytest.raises(IllegalTransition):
        submit_invoice(bill.number, an_invoice_says("1000"), actor=fiona)


def test_R8_1_an_invoice_number_is_used_once_by_a_seller_but_again_after_a_rejection(
    waiting: Bill, fiona: User, operator: User
) -> None:
    said = an_invoice_says("500", invoice_no="A-1")
    submit_invoice(waiting.number, said, more_follow=True, actor=fiona)
    with pytest.raises(Conflict) as refusal:
        submit_invoice(waiting.number, said, actor=fiona)
    assert refusal.value.code == "an_invoice_number_is_used_once"
    submit_invoice(waiting.number, said | {"invoice_no": "A-2"}, actor=fiona)
    reject_invoice(waiting.invoices.get(invoice_no="A-1").number, "no stamp", actor=operator)
    submit_invoice(waiting.number, said, actor=fiona)
    assert states(waiting) == ["rejected", "under_review", "under_review"]


def test_R8_1_a_rejection_gives_its_reason_and_another_month(
    waiting: Bill, fiona: User, operator: User
) -> None:
    first, second = (
        submit_invoice(waiting.number, an_invoice_says("500"), more_follow=more, actor=fiona)
        for more in (True, False)
    )
    with time_machine.travel(datetime(2027, 1, 31, 4, tzinfo=UTC)):
        reject_invoice(first.number, " no stamp ", actor=operator)

    waiting.refresh_from_db()
    assert (states(waiting), waiting.state) == (["rejected", "received"], "pending_invoice")
    assert waiting.state_reason == f"Invoice {first.invoice_no}: no stamp"
    assert InvoicingList.objects.get().due_on == date(2027, 2, 28)
    told = Notice.objects.get(kind="invoice_rejected").facts
    assert (told["reason"], told["invoice"]) == ("no stamp", first.number)
    with pytest.raises(IllegalTransition):
        verify_invoice(second.number, actor=operator)


def test_R8_1_what_was_verified_stays_verified_when_another_is_rejected(
    waiting: Bill, fiona: User, operator: User
) -> None:
    submit_invoice(waiting.number, an_invoice_says("400"), more_follow=True, actor=fiona)
    submit_invoice(waiting.number, an_invoice_says("600"), actor=fiona)
    first, second = waiting.invoices.order_by("pk")
    verify_invoice(first.number, actor=operator)
    reject_invoice(second.number, "wrong date", actor=operator)
    submit_invoice(waiting.number, an_invoice_says("600"), actor=fiona)
    assert states(waiting) == ["verified", "rejected", "under_review"]
    verify_invoice(waiting.invoices.latest("pk").number, actor=operator)
    assert state_of(waiting) == "payment_processing"


def test_R8_1_a_seller_withdraws_until_it_is_decided(
    waiting: Bill, fiona: User, operator: User
) -> None:
    invoice = submit_invoice(waiting.number, an_invoice_says("1000"), actor=fiona)
    withdraw_invoice(invoice.number, actor=fiona)
    assert (states(waiting), state_of(waiting)) == (["withdrawn"], "pending_invoice")
    again = submit_invoice(waiting.number, an_invoice_says("1000"), actor=fiona)
    verify_invoice(again.number, actor=operator)
    with pytest.raises(IllegalTransition):
        withdraw_invoice(again.number, actor=fiona)


def test_R8_1_the_next_invoice_knows_what_the_last_one_said(waiting: Bill, fiona: User) -> None:
    said = an_invoice_says("400")
    submit_invoice(waiting.number, said, more_follow=True, actor=fiona)
    short = {"invoice_no": "B-1", "amount": Decimal(600)}
    second = submit_invoice(waiting.number, short, actor=fiona)
    assert (second.vat_number, second.account_number) == (
        said["vat_number"],
        said["account_number"],
    )
    assert all(check.holds for check in checks_of(second))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATIONS])
def test_R8_1_who_does_not_speak_for_the_bills_submits_none(
    waiting: Bill, seller: Seller, role: Role
) -> None:
    with pytest.raises(Forbidden) as refused:
        submit_invoice(
            waiting.number, an_invoice_says("1000"), actor=make_member(seller, "v", role)
        )
    assert refused.value.code == "accountant_only"


def test_R8_1_a_seller_decides_nothing_and_a_stranger_sees_nothing(
    waiting: Bill, fiona: User
) -> None:
    invoice = submit_invoice(waiting.number, an_invoice_says("1000"), actor=fiona)
    for act in (verify_invoice, lambda number, actor: reject_invoice(number, "x", actor=actor)):
        with pytest.raises(Forbidden):
            act(invoice.number, actor=fiona)
        with pytest.raises(NotFound):
            act(invoice.number, actor=User.objects.create_user(f"stranger {act}"[:100]))
    assert Invoice.objects.get().state == "under_review"


def test_R8_1_an_overdue_invoice_is_told_once(waiting: Bill) -> None:
    due_on = InvoicingList.objects.get().due_on
    day = datetime(due_on.year, due_on.month, due_on.day, 9, tzinfo=UTC)
    assert tell_of_overdue_invoices(day) == 0
    later = day.replace(hour=16)  # midnight has passed in Shanghai
    assert [tell_of_overdue_invoices(later) for _ in range(2)] == [1, 1]
    told = Notice.objects.get(kind="invoice_overdue")
    assert told.facts["to_invoice"] == "1000.00"


def test_R8_1_R9_1_an_invoice_says_what_is_certified(
    waiting: Bill, seller: Seller, fiona: User, operator: User, tmp_path: Path, settings: Any
) -> None:
    settings.ATTACHMENTS_DIR = tmp_path
    sent = a_certification(seller, a_member(seller, "mia"), company_name=seller.company_name)
    approve_certification(sent.number, actor=operator)
    short = {"invoice_no": "C-1", "amount": Decimal(1000)}
    invoice = submit_invoice(waiting.number, short, actor=fiona)
    account = seller.bank_accounts.get()
    certified = sent.vat_number, account.account_number, account.swift_code

    assert (invoice.vat_number, invoice.account_number, invoice.swift_code) == certified
    assert all(check.holds for check in checks_of(invoice))
    withdraw_invoice(invoice.number, actor=fiona)
    other = submit_invoice(waiting.number, {**short, "account_number": "1"}, actor=fiona)
    failing = [check for check in checks_of(other) if not check.holds]
    assert [(check.label, check.detail) for check in failing] == [
        ("Account number is the certified one", account.account_number)
    ]


def test_R8_1_tax_stands_on_top_per_rate(waiting: Bill, fiona: User, operator: User) -> None:
    taxes = [TaxedPart(*map(Decimal, each)) for each in (("0.19", "600", "114"), ("0", "400", "0"))]
    said = an_invoice_says("1000")
    invoice = submit_invoice(waiting.number, said, taxes=taxes, actor=fiona)
    rows = [(part.rate, part.net, part.tax, part.gross) for part in invoice.taxes.all()]
    assert rows == [(Decimal("0.19"), 600, 114, 714), (0, 400, 0, 400)]
    assert (invoice.amount, invoice.tax, invoice.gross) == (1000, 114, 1114)
    assert Act.objects.get(verb="submitted", object_kind="invoice").facts["tax"] == "114.00"
    verify_invoice(invoice.number, actor=operator)
    assert state_of(waiting) == "payment_processing"
    assert Notice.objects.get(kind="invoice_verified").facts["tax"] == "114.00"


def test_R8_1_an_invoice_that_says_nothing_of_tax_charges_none(waiting: Bill, fiona: User) -> None:
    invoice = submit_invoice(waiting.number, an_invoice_says("1000"), actor=fiona)
    assert (invoice.tax, invoice.gross) == (0, 1000)
    assert [(part.rate, part.net, part.tax) for part in invoice.taxes.all()] == [(0, 1000, 0)]


def test_R8_1_a_tax_that_is_a_cent_off_is_refused(
    waiting: Bill, fiona: User, nothing_changes: Callable[[], object]
) -> None:
    before = nothing_changes()
    taxes = [TaxedPart(Decimal("0.19"), Decimal(1000), Decimal("190.01"))]
    with pytest.raises(DomainError) as refusal:
        submit_invoice(waiting.number, an_invoice_says("1000"), taxes=taxes, actor=fiona)
    assert (refusal.value.code, refusal.value.rule, refusal.value.field) == (
        "tax_differs",
        "R8.1",
        "taxes.0.tax",
    )
    assert "19% of 1,000.00 USD is 190.00 USD" in refusal.value.detail
    assert nothing_changes() == before


def test_R8_1_two_people_answer_for_the_gross_amount(
    waiting: Bill, fiona: User, operator: User
) -> None:
    taxes = [TaxedPart(Decimal("0.1"), Decimal(1000), Decimal(100))]
    said = an_invoice_says("1000", account_number="55556666")
    invoice = submit_invoice(waiting.number, said, taxes=taxes, actor=fiona)
    asked = verify_invoice(invoice.number, "telephoned", actor=operator)
    assert isinstance(asked, ApprovalRequest)
    assert asked.amount == 1100
    approve_request(asked.number, "telephoned", actor=an_operator("otto"))
    assert Authorisation.objects.get(act="invoice").amount == 1100
    assert states(waiting) == ["verified"]


@pytest.mark.parametrize("written", ["a-1", "\u200bA-1", "Ａ-１", " A-1\u00a0", "A - 1", "A-1."])
def test_R8_1_an_invoice_number_is_the_same_however_it_is_written(
    waiting: Bill, fiona: User, written: str
) -> None:
    said = an_invoice_says("500", invoice_no="A-1")
    submit_invoice(waiting.number, said, more_follow=True, actor=fiona)
    with pytest.raises(Conflict) as refusal:
        submit_invoice(waiting.number, said | {"invoice_no": written}, actor=fiona)
    assert (refusal.value.code, refusal.value.rule) == ("an_invoice_number_is_used_once", "R8.1")
    with refused_by("an_invoice_number_is_used_once"):
        execute(
            """INSERT INTO settlement_invoice SELECT (jsonb_populate_record(i, %(new)s::jsonb)).*
            FROM settlement_invoice i""",
            new=json.dumps({"id": -1, "number": "IN-x", "invoice_no": written}),
        )
