"""With a seller's consent the platform issues the invoice itself, on approval (R8.3)."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine

from koogallery.approvals import done
from koogallery.attachments import attachments_of, open_attachment
from koogallery.kit.errors import Conflict, DomainError, Forbidden, InvalidInput
from koogallery.models import Act, Notice, User
from sellers.choices import Role
from sellers.models import Product, Seller
from sellers.services.companies.certifications import approve_certification
from settlement.e_invoices.reader import read_e_invoice
from settlement.models import Bill, Invoice, InvoicingList, SelfBilledInvoice, SelfBillingConsent
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.invoices import reject_invoice, submit_invoice, verify_invoice
from settlement.services.bills.self_billing import consent_to_self_billing, end_self_billing
from tests.books import execute, refused_by
from tests.sellers.applying import a_certification, a_member
from tests.settlement.builders import at, close, make_member, make_order
from tests.settlement.e_invoices.test_writer import broken_rules, broken_schema
from tests.world import a_certified_account, an_invoice_says

NO_VAT: dict[str, Any] = {"vat_rate": Decimal(0), "exemption": "Service to a business abroad"}


@pytest.fixture(autouse=True)
def _kept_here(tmp_path: Path, settings: Any) -> None:
    settings.ATTACHMENTS_DIR = tmp_path


@pytest.fixture
def fiona(seller: Seller) -> User:
    return make_member(seller, "fiona", Role.FINANCE)


@pytest.fixture
def certified(bill: Bill, operator: User) -> Bill:
    """1000.00, not approved, of a seller whose company and account are certified."""
    seller = bill.seller
    a_certified_account(seller)
    sent = a_certification(seller, a_member(seller, "mia"), company_name=seller.company_name)
    approve_certification(sent.number, actor=operator)
    return bill


def approve(bill: Bill, operator: User) -> Bill:
    bill = done(approve_bill(bill.number, actor=operator))
    bill.refresh_from_db()
    return bill


def notices(bill: Bill) -> list[str]:
    told = Notice.objects.filter(seller_number=bill.seller.number).order_by("pk")
    after = list(told.values_list("kind", flat=True))
    return after[after.index("bill_approved") :]


def test_R8_3_the_invoice_is_issued_and_verified_with_the_approval(
    certified: Bill, fiona: User, operator: User
) -> None:
    consent = consent_to_self_billing(certified.seller.number, **NO_VAT, actor=fiona)
    bill = approve(certified, operator)

    invoice = Invoice.objects.get()
    year = invoice.invoice_date.year
    assert invoice.invoice_no == f"SB-{bill.seller.number}-{year}-00001"
    assert (invoice.amount, invoice.tax, invoice.bill) == (1000, 0, bill)
    assert (invoice.state, invoice.submitted_by, invoice.decided_by) == (
        "verified",
        fiona,
        operator,
    )
    assert bill.state == "payment_processing"
    assert InvoicingList.objects.filter(bill=bill).exists()
    assert invoice.self_billed.consent == consent
    act = Act.objects.get(object_kind="invoice", verb="submitted")
    assert (act.actor, act.facts["self_billing"]) == (operator, consent.number)
    kinds = notices(bill)
    assert "self_billed" in kinds
    assert "invoicing_notice" not in kinds


def test_R8_3_its_files_say_what_the_invoice_says_and_keep_the_rules(
    certified: Bill, fiona: User, operator: User
) -> None:
    consent_to_self_billing(certified.seller.number, Decimal("0.19"), actor=fiona)
    approve(certified, operator)
    invoice = Invoice.objects.get()
    files = {}
    for each in attachments_of("invoice", invoice.number):
        assert each.purpose == "self_billed"
        _found, content = open_attachment(each.number, actor=fiona)
        with content:
            files[each.name] = content.read()
    assert files.keys() == {f"{invoice.invoice_no}.xml", f"{invoice.invoice_no}.pdf"}
    xml, pdf = files[f"{invoice.invoice_no}.xml"], files[f"{invoice.invoice_no}.pdf"]
    assert (broken_schema(xml), broken_rules(xml)) == ([], [])
    assert pdf.startswith(b"%PDF-")
    read = read_e_invoice(xml)
    assert (read.type_code, read.number, read.issued_on) == (
        "389",
        invoice.invoice_no,
        invoice.invoice_date,
    )
    assert (read.net, read.tax, read.gross, read.currency) == (1000, 190, 1190, "USD")
    assert (read.seller_name, read.seller_vat) == (invoice.company_name, invoice.vat_number)
    assert read.buyer_name == invoice.bill_to
    assert read.accounts[0].number == invoice.account_number


def test_R8_3_vat_that_a_seller_declared_is_looked_at_by_an_operator(
    certified: Bill, fiona: User, operator: User
) -> None:
    consent_to_self_billing(certified.seller.number, Decimal("0.19"), actor=fiona)
    bill = approve(certified, operator)
    invoice = Invoice.objects.get()
    assert (invoice.tax, invoice.state, bill.state) == (190, "under_review", "invoice_under_review")
    verify_invoice(invoice.number, actor=operator)
    bill.refresh_from_db()
    assert bill.state == "payment_processing"


def test_R8_3_a_rejected_one_leaves_the_bill_to_the_seller_and_its_number_used(
    certified: Bill, fiona: User, operator: User
) -> None:
    consent_to_self_billing(certified.seller.number, Decimal("0.19"), actor=fiona)
    bill = approve(certified, operator)
    reject_invoice(Invoice.objects.get().number, "The rate is another", actor=operator)
    bill.refresh_from_db()
    assert bill.state == "pending_invoice"
    submit_invoice(bill.number, an_invoice_says("1000"), actor=fiona)
    assert SelfBilledInvoice.objects.count() == 1


def product_of(bill: Bill) -> Product:
    order = bill.lines.get().order
    assert order
    return order.product


def next_bills(bill: Bill, operator: User, count: int) -> list[Bill]:
    product = product_of(bill)
    found = []
    for month in range(2, 2 + count):
        make_order(product, "100", at(month, 5))
        issued = close(bill.seller, f"2026{month:02}")
        assert issued
        found.append(approve(issued, operator))
    return found


def test_R8_3_numbers_go_on_without_gaps_and_begin_anew_each_year(
    certified: Bill, fiona: User, operator: User
) -> None:
    consent_to_self_billing(certified.seller.number, **NO_VAT, actor=fiona)
    with time_machine.travel(datetime(2026, 12, 30, tzinfo=UTC)):
        approve(certified, operator)
        next_bills(certified, operator, 2)
    with time_machine.travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)):  # 2027 in Shanghai
        make_order(product_of(certified), "100", at(4, 5))
        issued = close(certified.seller, "202604")
        assert issued
        approve(issued, operator)
    counted = SelfBilledInvoice.objects.order_by("pk").values_list("year", "serial")
    assert list(counted) == [(2026, 1), (2026, 2), (2026, 3), (2027, 1)]
    numbers = Invoice.objects.order_by("pk").values_list("invoice_no", flat=True)
    assert [each[-10:] for each in numbers] == [
        "2026-00001",
        "2026-00002",
        "2026-00003",
        "2027-00001",
    ]


def test_R8_3_without_a_consent_or_after_its_end_the_seller_invoices_itself(
    certified: Bill, fiona: User, operator: User
) -> None:
    consent = consent_to_self_billing(certified.seller.number, **NO_VAT, actor=fiona)
    end_self_billing(consent.number, actor=fiona)
    bill = approve(certified, operator)
    assert (bill.state, Invoice.objects.count()) == ("pending_invoice", 0)
    assert notices(bill) == ["bill_approved", "invoicing_notice"]
    with pytest.raises(Conflict) as refused:
        end_self_billing(consent.number, actor=fiona)
    assert refused.value.code == "a_consent_ends_once"
    ended = Notice.objects.get(kind="self_billing_ended")
    assert ended.facts["consent"] == consent.number


def test_R8_3_what_is_not_certified_any_more_is_left_to_the_seller_with_the_reason(
    certified: Bill, fiona: User, operator: User
) -> None:
    consent_to_self_billing(certified.seller.number, **NO_VAT, actor=fiona)
    execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE sellers_bankaccount DISABLE TRIGGER USER")
    execute("UPDATE sellers_bankaccount SET bank_address = ''")
    bill = approve(certified, operator)
    assert (bill.state, Invoice.objects.count()) == ("pending_invoice", 0)
    assert notices(bill) == ["bill_approved", "invoicing_notice", "not_self_billed"]
    told = Notice.objects.get(kind="not_self_billed").facts
    assert told["reason"] == "It is not certified: Address of the bank."


def test_R8_3_who_consented_does_not_verify_by_approving(
    certified: Bill, fiona: User, operator: User
) -> None:
    consent = consent_to_self_billing(certified.seller.number, **NO_VAT, actor=fiona)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE settlement_selfbillingconsent DISABLE TRIGGER end_once")
    execute("UPDATE settlement_selfbillingconsent SET agreed_by_id = %(id)s", id=operator.pk)
    execute("SET CONSTRAINTS ALL DEFERRED")
    bill = approve(certified, operator)
    assert (bill.state, consent.seller) == ("invoice_under_review", bill.seller)


@pytest.mark.parametrize(
    ("vat_rate", "exemption", "field", "code"),
    [
        ("0", "", "exemption", "required"),
        ("0.19", "abroad", "exemption", "not_exempt"),
        ("19", "", "vat_rate", "invalid_rate"),
        ("-0.1", "", "vat_rate", "invalid_rate"),
        ("0.1234567", "", "vat_rate", "invalid_rate"),
    ],
)
def test_R8_3_a_consent_says_what_vat_is_charged_or_why_none(
    certified: Bill,
    fiona: User,
    nothing_changes: Callable[[], object],
    vat_rate: str,
    exemption: str,
    field: str,
    code: str,
) -> None:
    before = nothing_changes()
    with pytest.raises(InvalidInput) as refused:
        consent_to_self_billing(certified.seller.number, Decimal(vat_rate), exemption, actor=fiona)
    assert (refused.value.field, refused.value.code, refused.value.rule) == (field, code, "R8.3")
    assert nothing_changes() == before


def test_R8_3_who_lacks_what_an_invoice_says_cannot_consent(bill: Bill, fiona: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        consent_to_self_billing(bill.seller.number, **NO_VAT, actor=fiona)
    assert refused.value.code == "cannot_be_self_billed"
    assert "VAT number" in refused.value.detail


def test_R8_3_one_consent_at_a_time_by_who_speaks_for_the_invoices(
    certified: Bill, seller: Seller, fiona: User, operator: User
) -> None:
    for actor in (make_member(seller, "viewer", Role.VIEWER), operator):
        with pytest.raises(Forbidden):
            consent_to_self_billing(seller.number, **NO_VAT, actor=actor)
    consent = consent_to_self_billing(seller.number, **NO_VAT, actor=fiona)
    with pytest.raises(Conflict) as refused:
        consent_to_self_billing(seller.number, **NO_VAT, actor=fiona)
    assert refused.value.code == "a_seller_consents_once"
    with pytest.raises(Forbidden):
        end_self_billing(consent.number, actor=User.objects.get(username="viewer"))
    end_self_billing(consent.number, actor=operator)
    assert [act.verb for act in Act.objects.of("self-billing consent", consent.number)] == [
        "consented",
        "ended",
    ]


def test_R8_3_the_series_of_the_platform_is_never_a_sellers(
    certified: Bill, fiona: User, operator: User
) -> None:
    bill = approve(certified, operator)
    for number in (f"SB-{bill.seller.number}-2026-00001", f"sb {bill.seller.number}-x"):
        with pytest.raises(DomainError) as refused:
            submit_invoice(bill.number, an_invoice_says("1000", invoice_no=number), actor=fiona)
        assert (refused.value.code, refused.value.field) == (
            "number_of_self_billing",
            "invoice_no",
        )


@pytest.fixture
def issued(certified: Bill, fiona: User, operator: User) -> SelfBilledInvoice:
    consent_to_self_billing(certified.seller.number, **NO_VAT, actor=fiona)
    approve(certified, operator)
    return SelfBilledInvoice.objects.get()


ANOTHER = """
    INSERT INTO settlement_selfbillingconsent
        (number, seller_id, vat_rate, exemption, agreed_by_id, ended_at, ended_by_id)
    SELECT 'x', seller_id, {}, '', agreed_by_id, {} FROM settlement_selfbillingconsent
"""


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("insert_only", "UPDATE settlement_selfbilledinvoice SET serial = 2"),
        ("insert_only", "DELETE FROM settlement_selfbilledinvoice"),
        ("a_consent_ends_once", "UPDATE settlement_selfbillingconsent SET vat_rate = 0.5"),
        ("a_consent_ends_once", "DELETE FROM settlement_selfbillingconsent"),
        (
            "a_consent_is_ended_by_somebody",
            "UPDATE settlement_selfbillingconsent SET ended_at = now()",
        ),
        (
            "who_charges_no_vat_says_why",
            ANOTHER.format("0", "now(), agreed_by_id"),
        ),
        (
            "a_seller_consents_once",
            ANOTHER.format("0.1", "NULL, NULL"),
        ),
    ],
)
def test_R8_3_what_was_agreed_and_issued_stays(
    issued: SelfBilledInvoice, constraint: str, statement: str
) -> None:
    with refused_by(constraint):
        execute(statement)


@pytest.mark.parametrize(
    ("constraint", "year", "serial", "ended"),
    [
        ("self_billed_numbers_have_no_gaps", 2025, 2, False),
        ("self_billed_numbers_have_no_gaps", 2025, 0, False),
        ("a_self_billed_invoice_has_its_consent", 2025, 1, True),
    ],
)
def test_R8_3_the_next_number_is_the_next_number(
    issued: SelfBilledInvoice, constraint: str, year: int, serial: int, ended: bool
) -> None:
    if ended:
        decider = issued.invoice.decided_by
        assert decider is not None
        end_self_billing(SelfBillingConsent.objects.get().number, actor=decider)
    with refused_by(constraint):
        execute(
            """INSERT INTO settlement_selfbilledinvoice
                (invoice_id, consent_id, seller_id, year, serial)
            SELECT invoice_id, consent_id, seller_id, %(year)s, %(serial)s
            FROM settlement_selfbilledinvoice""",
            year=year,
            serial=serial,
        )
