"""What sellers and operators do from beginning to end, in a real browser."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from koogallery.approvals import done
from koogallery.models import ApprovalRequest, User
from sellers.choices import Role
from settlement.models import Bill, Dispute, Invoice, Recovery, Refund
from settlement.services.bills.approval import approve_bill
from settlement.services.deposits import move_deposit
from settlement.services.refunds import lifecycle
from tests.e2e.journeys import press, sign_in, with_password
from tests.settlement.builders import (
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
    refunded,
)

pytestmark = pytest.mark.django_db(transaction=True)

PDF = FilePayload(
    name="evidence.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
)


@pytest.fixture(autouse=True)
def _files(tmp_path: Any, settings: Any) -> None:
    settings.ATTACHMENTS_DIR = tmp_path


@pytest.fixture
def otto() -> User:
    return with_password(make_operator("otto"))


@pytest.fixture
def bill(otto: User) -> Bill:
    """March: 1000.00 at 15 %, 850.00 to be paid; approved."""
    seller = make_seller(company_name="Nordlicht Analytics", required_deposit=Decimal(500))
    product = make_product(seller, ratio="0.15", name="Aurora Dashboards")
    make_order(product, "1000", at(3, 2), number="CS-MARCH")
    issued = close(seller, "202603")
    assert issued
    move_deposit(seller.number, "top_up", Decimal(500), "HSBC 1", actor=otto)
    return done(approve_bill(issued.number, actor=otto))


@pytest.fixture
def lina(bill: Bill) -> User:
    return with_password(make_member(bill.seller, "lina", Role.OWNER))


def test_R5_6_a_refunds_recovery_is_followed_to_the_deposit(
    page: Page, bill: Bill, lina: User, otto: User
) -> None:
    """500.00 back: 170.00 of April's bill, nothing of May's, 330.00 of the deposit."""
    march = bill.lines.get().order
    assert march
    refunded(march, "500", at(4, 9), make_operator("oscar"), otto)
    make_order(march.product, "200", at(4, 5), number="CS-APRIL")
    close(bill.seller, "202605")
    sign_in(page, lina)
    page.get_by_label("Number, name, amount").fill(Refund.objects.get().number)
    page.keyboard.press("Enter")

    page.get_by_role("main").get_by_role("link", name=Recovery.objects.get().number).click()
    expect(page.get_by_role("main")).to_contain_text("Taken from your bill of April 2026")
    expect(page.get_by_role("main")).to_contain_text("Taken from your deposit")
    expect(page.get_by_role("main")).to_contain_text("330.00")
    page.get_by_role("navigation", name="Console").get_by_role("link", name="Deposit").click()
    row = page.get_by_role("row", name="Refund recovery")
    expect(row).to_contain_text("−330.00")
    expect(row).to_contain_text("170.00")


def test_R4_3_an_unsubscription_is_answered_with_an_attachment(
    page: Page, bill: Bill, lina: User, otto: User
) -> None:
    seller = bill.seller
    product = make_product(seller, name="Aurora Licence", delivery_method="license")
    waiting = {"supervision_status": "waiting_for_acceptance", "cycle": None, "due_cycle": None}
    order = make_order(product, "240", at(5, 5), number="CS-WAITS", **waiting)
    refund = lifecycle.request_refund(order.number, Decimal(100), "unused seats", actor=otto)
    sign_in(page, lina)
    page.get_by_role("link", name="1 refund waits for your answer.").click()
    press(page, "Reject…")
    page.get_by_label("Reason").fill("All seats were in use, see the log.")
    page.get_by_label("Documents").set_input_files(PDF)
    press(page, "Reject")

    expect(page.get_by_role("status")).to_contain_text("You rejected the refund.")
    expect(page.get_by_role("main")).to_contain_text("evidence.pdf")
    with page.expect_download() as download:
        page.get_by_role("link", name="evidence.pdf").click()
    assert download.value.suggested_filename == "evidence.pdf"
    refund.refresh_from_db()
    assert (refund.state, refund.rejected_by) == ("rejected", lina)


def test_R3_4_a_dispute_is_raised_and_its_difference_paid(
    page: Page, bill: Bill, lina: User, otto: User
) -> None:
    sign_in(page, lina)
    page.goto(f"/bills/{bill.number}/")
    page.get_by_role("link", name="Dispute line 1").click()
    page.get_by_label("What is wrong").fill("Two seats are missing.")
    page.get_by_label("What is missing").fill("12.50")
    page.get_by_label("Documents").set_input_files(PDF)
    press(page, "Send the dispute")
    dispute = Dispute.objects.get()
    expect(page.get_by_role("heading", name=f"Dispute {dispute.number}")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("evidence.pdf")

    page.context.clear_cookies()
    sign_in(page, otto)
    page.goto(f"/admin/settlement/dispute/{dispute.pk}/accept/decide/")
    page.get_by_label("Answer").fill("One seat was missing.")
    page.get_by_label("Difference").fill("12.50")
    page.get_by_role("button", name="Show what follows").click()
    page.get_by_role("button", name="Accept").click()
    expect(page.locator("body")).to_contain_text("The dispute is accepted.")
    close(bill.seller, "202604")

    page.context.clear_cookies()
    sign_in(page, lina)
    page.get_by_role("link", name="Huawei answered your dispute").click()
    expect(page.get_by_role("main")).to_contain_text("One seat was missing.")
    page.get_by_role("main").get_by_role("link", name="B202604").first.click()
    page.get_by_role("link", name="your dispute").click()
    expect(page.get_by_role("heading", name=f"Dispute {dispute.number}")).to_be_visible()


def test_R8_1_an_invoice_with_another_bank_account_is_verified_by_two(
    page: Page, bill: Bill, lina: User, otto: User
) -> None:
    sign_in(page, lina)
    page.get_by_role("link", name=f"Invoice bill {bill.number} over 850.00 USD").click()
    press(page, "Submit an invoice…")
    expect(page.get_by_label("Net amount", exact=True)).to_have_value("850.00")
    page.get_by_label("Invoice No.").fill("NA-2026-3")
    page.get_by_label("The invoice, signed or stamped").set_input_files(PDF)
    for label, text in (
        ("VAT number", "DE 811 234 567"),
        ("Account number", "DE02 1203 0000 0000 2020 51"),
        ("Bank", "Bank of Examples"),
        ("Address of the bank", "Jungfernstieg 1, Hamburg"),
        ("SWIFT code", "EXMPDEHH"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Net amount", exact=True).fill("5.00")
    press(page, "Submit the invoice")
    expect(page.get_by_role("main").locator(".errorlist, .error").first).to_be_visible()
    page.get_by_label("Net amount", exact=True).fill("850.00")
    page.get_by_label("The invoice, signed or stamped").set_input_files(PDF)
    press(page, "Submit the invoice")
    invoice = Invoice.objects.get()
    expect(page.get_by_role("heading", name=f"Invoice {invoice.number}")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Under review")
    page.go_back()  # to the page that answered the refused form, which is kept nowhere
    expect(page.get_by_role("heading", name=f"Invoice for bill {bill.number}")).to_be_visible()

    page.context.clear_cookies()
    sign_in(page, otto)
    page.goto(f"/admin/settlement/invoice/{invoice.pk}/change/")
    expect(page.locator("body")).to_contain_text("DE02 1203 0000 0000 2020 51")
    page.get_by_role("link", name="Verify").click()
    page.get_by_label("Reason").fill("The seller confirmed the account by telephone.")
    page.get_by_role("button", name="Verify").click()
    request = ApprovalRequest.objects.get()
    expect(page.locator("body")).to_contain_text("Not done yet: another operator has to approve")

    page.context.clear_cookies()
    sign_in(page, with_password(make_operator("omar")))
    page.goto(f"/admin/koogallery/approvalrequest/{request.pk}/change/")
    page.get_by_role("link", name="Approve").click()
    expect(page.locator("body")).to_contain_text("EXMPDEHH")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("body")).to_contain_text("Your approval is recorded.")

    page.context.clear_cookies()
    sign_in(page, lina)
    page.goto(f"/bills/{bill.number}/")
    expect(page.get_by_role("main")).to_contain_text("Payment processing")
