"""A seller invoices a bill in the console, from the invoicing list to the invoice (R8.1)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from koogallery.approvals import done
from koogallery.attachments import attachments_of
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Product, Seller
from settlement.models import Bill, Invoice, InvoicingList
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.invoices import reject_invoice, submit_invoice
from tests.books import snapshot
from tests.settlement.builders import at, close, make_member, make_operator, make_order, make_seller
from tests.settlement.e_invoices.samples import an_e_invoice
from tests.world import an_invoice_says

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def operator() -> User:
    return make_operator()


@pytest.fixture
def bill(product: Product, operator: User) -> Bill:
    """722.50 to be paid for March, approved."""
    make_order(product, "850", at(3, 5))
    issued = close(product.seller, "202603")
    assert issued
    return done(approve_bill(issued.number, actor=operator))


def typed(console: Client, bill: Bill, **changes: Any) -> dict[str, Any]:
    """The form as it comes, with what a seller adds to it."""
    form = console.get(address(bill)).context["form"]
    filled = {name: form[name].value() for name in form.fields if form[name].value()}
    document = SimpleUploadedFile("invoice.pdf", PDF, "application/pdf")
    said = {name: value for name, value in an_invoice_says("1").items() if name != "amount"}
    return {**filled, **said, "documents": document, **changes}


def address(bill: Bill) -> str:
    return f"/bills/{bill.number}/invoices/add/"


def test_R8_1_the_form_knows_what_is_certified_and_what_is_left(
    console: Client, bill: Bill
) -> None:
    filled = typed(console, bill)
    assert (filled["amount"], filled["company_name"], filled["account_holder"]) == (
        "722.50",
        "Nordlicht Analytics",
        "Nordlicht Analytics",
    )
    assert filled["bill_to"]


def test_R8_1_an_invoice_is_submitted_with_its_document(console: Client, bill: Bill) -> None:
    assert "Submit an invoice…" in console.get(f"/bills/{bill.number}/invoicing-list/").text
    answer = console.post(address(bill), typed(console, bill, invoice_no="NA-26-1"))

    invoice = Invoice.objects.get()
    assert answer["Location"] == f"/invoices/{invoice.number}/"
    assert (invoice.state, invoice.amount) == ("under_review", Decimal("722.5"))
    [document] = attachments_of("invoice", invoice.number)
    page = console.get(answer["Location"]).text
    assert f"/attachments/{document.number}/" in page
    assert "003-912345-6" in page
    for place in ("/invoices/", f"/bills/{bill.number}/", f"/bills/{bill.number}/invoicing-list/"):
        assert invoice.number in console.get(place).text, place
    assert console.get("/search/?q=na-26-1")["Location"] == answer["Location"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "722.49"}, "amount"),
        ({"amount": "722.51", "more_follow": "on"}, "amount"),
        ({"swift_code": "X"}, "swift_code"),
        ({"vat_number": " "}, "vat_number"),
        ({"invoice_date": "2999-01-01"}, "invoice_date"),
        ({"invoice_date": "soon"}, "invoice_date"),
        ({"documents": ""}, "documents"),
    ],
)
def test_R8_1_what_does_not_fit_is_said_beside_its_field(
    console: Client, bill: Bill, changes: dict[str, Any], field: str
) -> None:
    said = typed(console, bill, **changes)
    before = snapshot()
    form = console.post(address(bill), said).context["form"]

    assert list(form.errors) == [field]
    assert snapshot() == before


RATES = {
    "taxes_rate": ["19", "7 %", ""],
    "taxes_net": ["600", "122.5", ""],
    "taxes_tax": ["114", "8.58", ""],
}


def test_R8_1_rates_are_entered_in_rows(console: Client, bill: Bill) -> None:
    assert console.get(address(bill)).text.count('name="taxes_rate"') == 3
    console.post(address(bill), typed(console, bill, **RATES))
    invoice = Invoice.objects.get()
    assert [(part.rate, part.net, part.tax) for part in invoice.taxes.all()] == [
        (Decimal("0.19"), 600, 114),
        (Decimal("0.07"), Decimal("122.5"), Decimal("8.58")),
    ]
    page = console.get(f"/invoices/{invoice.number}/").text
    for shown in ("19%", "122.58", "845.08"):
        assert shown in page, shown
    assert "845.08" in console.get("/invoices/").text


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"taxes_tax": ["114", "8.57", ""]}, "is 8.58 USD"),
        ({"taxes_tax": ["114", "", ""]}, "Row 2: "),
        ({"taxes_rate": ["19", "much", ""]}, "Row 2: "),
        ({"taxes_net": ["600", "122.4", ""]}, "8.57"),
    ],
)
def test_R8_1_what_was_typed_of_rates_is_kept(
    console: Client, bill: Bill, changes: dict[str, Any], wrong: str
) -> None:
    before = snapshot()
    answer = console.post(address(bill), typed(console, bill, **RATES | changes))
    form = answer.context["form"]
    assert list(form.errors) == ["taxes"]
    assert wrong in form.errors["taxes"][0]
    for row in zip(*(RATES | changes).values(), strict=True):
        for text in filter(None, row):
            assert f'value="{text}"' in answer.text
    assert snapshot() == before


def test_R8_1_a_file_that_is_no_document_leaves_no_invoice(console: Client, bill: Bill) -> None:
    said = typed(
        console, bill, documents=SimpleUploadedFile("invoice.pdf", b"MZ", "application/pdf")
    )
    before = snapshot()

    assert console.post(address(bill), said).context["form"].errors
    assert snapshot() == before


def test_R8_1_a_part_is_submitted_when_more_follow(console: Client, bill: Bill) -> None:
    console.post(address(bill), typed(console, bill, amount="700", more_follow="on"))

    assert Invoice.objects.get().state == "received"
    page = console.get(f"/bills/{bill.number}/invoicing-list/").text
    assert "22.50" in page
    assert console.get(address(bill)).context["form"]["amount"].value() == "22.50"


def test_R8_1_a_rejection_is_told_with_its_reason_where_the_seller_looks(
    console: Client, bill: Bill, operator: User
) -> None:
    invoice = submit_invoice(bill.number, an_invoice_says("722.5"), actor=operator)
    reject_invoice(invoice.number, "the stamp is missing", actor=operator)

    for place in (f"/invoices/{invoice.number}/", f"/bills/{bill.number}/", "/notices/"):
        assert "the stamp is missing" in console.get(place).text, place
    assert bill.number in console.get("/overview/").text


def test_R8_1_what_is_overdue_is_said(console: Client, bill: Bill) -> None:
    InvoicingList.objects.update(due_on=date(2024, 1, 31))
    assert "Overdue" in console.get("/invoices/").text
    assert "Overdue since" in console.get(f"/bills/{bill.number}/invoicing-list/").text
    assert "was due on" in console.get("/overview/").text


def test_R8_1_an_account_number_is_for_who_speaks_for_the_bills(
    client: Client, bill: Bill, seller: Seller, operator: User
) -> None:
    invoice = submit_invoice(bill.number, an_invoice_says("722.5"), actor=operator)
    for role, whole in ((Role.VIEWER, False), (Role.OPERATIONS, False), (Role.FINANCE, True)):
        client.force_login(make_member(seller, f"a-{role}", role))
        page = client.get(f"/invoices/{invoice.number}/").text
        assert ("003-912345-6" in page) is whole


def test_R8_1_a_bill_that_was_never_to_be_invoiced_has_no_list(
    console: Client, product: Product
) -> None:
    make_order(product, "850", at(3, 5))
    issued = close(product.seller, "202603")
    assert issued
    assert console.get(f"/bills/{issued.number}/invoicing-list/").status_code == 404


def test_R8_1_nobody_else_submits_or_withdraws(
    client: Client, bill: Bill, seller: Seller, operator: User
) -> None:
    part = submit_invoice(bill.number, an_invoice_says("1"), more_follow=True, actor=operator)
    before = snapshot()
    for reader, status in (
        (make_member(seller, "viewer", Role.VIEWER), 403),
        (make_member(make_seller(), "stranger"), 404),
    ):
        client.force_login(reader)
        now = snapshot()
        assert client.post(address(bill), an_invoice_says("721.5")).status_code == status
        assert client.post(f"/invoices/{part.number}/withdraw/").status_code == status
        assert snapshot() == now
    assert before.keys() == snapshot().keys()


def test_R8_1_an_invoice_is_withdrawn_after_a_question(
    console: Client, bill: Bill, operator: User
) -> None:
    invoice = submit_invoice(bill.number, an_invoice_says("722.5"), actor=operator)
    page = f"/invoices/{invoice.number}/withdraw/"
    assert "waits for another invoice" in console.get(page).text
    console.post(page)
    bill.refresh_from_db()

    assert (Invoice.objects.get().state, bill.state) == ("withdrawn", "pending_invoice")


def read(console: Client, bill: Bill, content: bytes, name: str = "e.xml") -> Any:
    file = SimpleUploadedFile(name, content, "application/xml")
    return console.post(address(bill), {"read": "1", "file": file})


def filled_in(answer: Any) -> dict[str, Any]:
    """What a browser would send of the form that an e-invoice filled in."""
    form = answer.context["form"]
    rows = form.tax_rows
    names = set(form.fields) - {"documents", "taxes", "more_follow"}
    return {
        **{name: form[name].value() or "" for name in names},
        **{f"taxes_{part}": [getattr(row, part) for row in rows] for part in rows[0]._fields},
        "bank_name": "Bank of Examples",
        "bank_address": "1 Raffles Place",
        "swift_code": "EXMPSGSG",
    }


NORDLICHT = {
    "seller": "Nordlicht Analytics",
    "net": "722.50",
    "tax": "65.03",
    "gross": "787.53",
    "payable": "787.53",
}


def test_R8_3_an_e_invoice_fills_in_the_form_and_stays_with_it(console: Client, bill: Bill) -> None:
    file = an_e_invoice(**NORDLICHT)
    answer = read(console, bill, file)
    said = filled_in(answer)
    assert (said["invoice_no"], said["amount"], said["vat_number"]) == (
        "EI-1",
        Decimal("722.50"),
        "SG 2012 3456 7",
    )
    for shown in ("BT-109 (total without VAT)", "65.03", "equal"):
        assert shown in answer.text
    assert not Invoice.objects.exists()

    console.post(address(bill), said)
    invoice = Invoice.objects.get()
    assert (invoice.invoice_no, invoice.tax, invoice.state) == (
        "EI-1",
        Decimal("65.03"),
        "under_review",
    )
    [kept] = attachments_of("invoice", invoice.number)
    assert (kept.name, kept.size) == ("EI-1.xml", len(file))


def test_R8_3_what_a_form_says_otherwise_than_its_e_invoice_is_refused(
    console: Client, bill: Bill
) -> None:
    said = filled_in(read(console, bill, an_e_invoice(**NORDLICHT)))
    before = snapshot()
    answer = console.post(address(bill), said | {"invoice_no": "other"})
    assert list(answer.context["form"].errors) == ["invoice_no"]
    assert 'value="other"' in answer.text
    assert "BT-109" in answer.text
    forged = console.post(address(bill), said | {"e_invoice": "forged"})
    assert forged.context["form"].errors
    assert snapshot() == before


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"no invoice", "no XML"),
        (b"<!DOCTYPE a><a/>", "document type"),
        (an_e_invoice(kind="381"), "BT-3 (invoice type): this is a credit note"),
    ],
)
def test_R8_3_a_file_that_cannot_be_read_is_refused_beside_its_field(
    console: Client, bill: Bill, content: bytes, wrong: str
) -> None:
    before = snapshot()
    answer = read(console, bill, content)
    assert wrong in answer.context["reading"].errors["file"][0]
    assert wrong in answer.text
    assert snapshot() == before


def test_R8_3_what_cannot_be_is_said_before_anybody_submits_it(console: Client, bill: Bill) -> None:
    answer = read(console, bill, an_e_invoice(**NORDLICHT, buyer="Somebody"))
    assert "It cannot be submitted for this bill:" in answer.text
    before = snapshot()
    refused = console.post(address(bill), filled_in(answer))
    assert "BT-44 (buyer name)" in refused.context["form"].non_field_errors()[0]
    assert snapshot() == before
