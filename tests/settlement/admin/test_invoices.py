"""Operators check invoices in the admin: the queue, the page, each decision asked first (R8.1)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.models import User
from sellers.models import Order
from settlement.models import Bill, Invoice, SelfBilledInvoice, SelfBillingConsent
from tests.books import snapshot
from tests.world import a_certified_account, some_invoices


@pytest.fixture
def invoice(settled_order: Order) -> Invoice:
    """1000 for January's bill, under review."""
    bill = Bill.objects.get(seller=settled_order.seller, cycle="202601")
    a_certified_account(settled_order.seller)
    return some_invoices(bill, "1000")[0]


def page(invoice: Invoice) -> str:
    return reverse("admin:settlement_invoice_change", args=[invoice.pk])


def question(invoice: Invoice, verb: str) -> str:
    return reverse("admin:settlement_invoice_decide", args=[invoice.pk, verb])


def test_R8_1_the_page_compares_what_it_says_with_what_is_known(
    desk: Client, invoice: Invoice
) -> None:
    html = desk.get(page(invoice)).text
    for shown in (
        "Together",
        "0%",
        "003-912345-6",
        "Company is the certified one",
        "EXMPSGSG",
        "1,000.00 USD",
    ):
        assert shown in html
    queue = reverse("admin:settlement_invoice_changelist")
    assert invoice.number in desk.get(queue).text
    assert invoice.number not in desk.get(queue, {"state": "verified"}).text


def test_R8_1_a_verified_invoice_lets_its_bill_be_paid(desk: Client, invoice: Invoice) -> None:
    assert "bill is to be paid" in desk.get(question(invoice, "verify")).text
    desk.post(question(invoice, "verify"))
    invoice.refresh_from_db()
    assert (invoice.state, Bill.objects.get(pk=invoice.bill_id).state) == (
        "verified",
        "payment_processing",
    )
    assert question(invoice, "reject") not in desk.get(page(invoice)).text


def test_R8_1_a_rejection_needs_its_reason(desk: Client, invoice: Invoice) -> None:
    before = snapshot()
    desk.post(question(invoice, "reject"), {"reason": " "})
    assert snapshot() == before
    desk.post(question(invoice, "reject"), {"reason": "no stamp"})
    invoice.refresh_from_db()
    assert (invoice.state, invoice.rejection_reason) == ("rejected", "no stamp")


def test_R8_1_who_does_not_check_invoices_decides_nothing(client: Client, invoice: Invoice) -> None:
    officer = User.objects.create_user("rita", is_staff=True, operator_roles=["refund_officer"])
    client.force_login(officer)
    before = snapshot()
    client.post(question(invoice, "verify"))
    assert snapshot()["settlement_invoice"] == before["settlement_invoice"]


def test_R8_3_a_consent_is_shown_and_ended(desk: Client, invoice: Invoice) -> None:
    consent = SelfBillingConsent.objects.create(
        number="SC-1",
        seller=invoice.seller,
        vat_rate=Decimal("0.19"),
        agreed_by=invoice.submitted_by,
    )
    SelfBilledInvoice.objects.create(
        invoice=invoice, consent=consent, seller=invoice.seller, year=2026, serial=1
    )
    assert "SC-1" in desk.get(page(invoice)).text
    own = reverse("admin:settlement_selfbillingconsent_change", args=[consent.pk])
    shown = desk.get(own).text
    for text in ("19%", invoice.invoice_no, "The platform issues the invoices of"):
        assert text in shown, text
    end = reverse("admin:settlement_selfbillingconsent_decide", args=[consent.pk, "end"])
    assert "What was issued stays" in desk.get(end).text
    desk.post(end)
    consent.refresh_from_db()
    assert consent.ended_at
    queue = reverse("admin:settlement_selfbillingconsent_changelist")
    assert "SC-1" not in desk.get(queue).text
    assert "SC-1" in desk.get(queue, {"state": "ended"}).text
