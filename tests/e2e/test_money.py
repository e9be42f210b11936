"""From an empty account to money in the bank, a failed payout repaired, and the exit (R8.2, R6.3).

A seller and three operators in a real browser each; the bank speaks by its files.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from koogallery.models import ApprovalRequest, User
from koogallery.settlement_time import ZONE, current_cycle
from sellers.choices import Role
from sellers.models import BankAccount, Certification, Product, Seller
from settlement.models import BankLine, Bill, ExitRequest, Invoice, Payout, PayoutBatch
from settlement.readings.invariants import check_books
from settlement.services.deposits import balance_of
from tests.e2e.journeys import press, sign_in, with_password
from tests.e2e.test_certification import BUSINESS
from tests.settlement.banking.statements import Row, report, statement
from tests.settlement.builders import make_member, make_operator, make_seller
from tests.world import a_product, an_order

pytestmark = pytest.mark.django_db(transaction=True)

PDF = FilePayload(
    name="invoice.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
)


#: Until a worker has previewed or closed a month.
SOON = 60_000


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, settings: Any) -> None:
    """Another bank account is used at once: nobody waits for days here."""
    settings.ATTACHMENTS_DIR = tmp_path
    settings.BANK_ACCOUNT_COOL_DOWN_DAYS = 0


@pytest.fixture
def operators() -> list[User]:
    return [with_password(make_operator(name)) for name in ("otto", "omar", "olga")]


@pytest.fixture
def seller() -> Seller:
    """Its account is empty: not certified, nothing listed, nothing sold."""
    return make_seller(company_name="Contoso Cloud", certified_at=None)


@pytest.fixture
def lina(seller: Seller) -> User:
    return with_password(make_member(seller, "lina", Role.OWNER))


@pytest.fixture
def desks(browser: Browser, live_server: LiveServer, operators: list[User]) -> Iterator[list[Page]]:
    """The browsers of the operators."""
    with ExitStack() as stack:
        pages = []
        for operator in operators:
            context = browser.new_context(
                base_url=live_server.url, viewport={"width": 1440, "height": 900}
            )
            pages.append(stack.enter_context(context).new_page())
            sign_in(pages[-1], operator)
        yield pages


def certified(page: Page, desks: Sequence[Page], seller: Seller) -> None:
    """What is wrong with an application is the journey of test_certification.py."""
    press(page, "Have it certified")
    told = {"Account holder": seller.company_name, "Address of the bank": "Adolphsplatz 3"}
    for label, text in {**BUSINESS, **told}.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Country of the bank").select_option("DE")
    page.get_by_label("Business licence").set_input_files(PDF)
    press(page, "Send in")
    expect(page.get_by_role("main")).to_contain_text("Operations answer within")
    decide(desks[0], Certification.objects.get(), "Approve", "The certification is approved.")
    decide(desks[1], BankAccount.objects.get(), "Approve", "The account is approved.")
    seller.refresh_from_db()


def on_the_page_of(desk: Page, row: Any) -> Page:
    desk.goto(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/")
    return desk


def decide(desk: Page, row: Any, verb: str, said: str, **fields: str) -> None:
    """By the button on the row's page; what follows is shown first where it has to be."""
    on_the_page_of(desk, row).get_by_role("link", name=f"{verb}…").click()
    answer(desk, verb, said, **fields)


def answer(desk: Page, verb: str, said: str, **fields: str) -> None:
    for label, text in fields.items():
        desk.get_by_label(label).fill(text)
    question = desk.locator("main.desk")
    question.get_by_role("button", name=verb).click()
    expect(desk.locator("body")).to_contain_text(said)


def put_together(desk: Page) -> PayoutBatch:
    desk.goto("/admin/settlement/payoutbatch/")
    desk.get_by_role("link", name="Put a batch together…").click()
    desk.get_by_label("Currency").fill("USD")
    desk.get_by_role("button", name="Show what follows").click()
    desk.get_by_role("button", name="Put together").click()
    expect(desk.locator("body")).to_contain_text("waits for another operator")
    return PayoutBatch.objects.latest("pk")


def hand_to_the_bank(desk: Page, batch: PayoutBatch) -> bytes:
    """Sent by whoever fetches its file."""
    decide(desk, batch, "Fetch the file for the bank", f"{batch.number}.xml")
    with desk.expect_download() as download:
        desk.get_by_role("link", name=f"{batch.number}.xml").click()
    return Path(download.value.path()).read_bytes()


def pay(desks: Sequence[Page], approvals: int = 1) -> tuple[Payout, bytes]:
    """Put together by the first, approved by the others, sent; the payout and its file."""
    batch = put_together(desks[0])
    for desk in desks[1 : 1 + approvals]:
        decide(desk, batch, "Approve", "Your approval is recorded.")
    file = hand_to_the_bank(desks[0], batch)
    return batch.payouts.get(), file


def the_bank_says(desk: Page, name: str, data: bytes) -> None:
    desk.goto("/admin/settlement/bankstatement/")
    desk.get_by_role("link", name="Take a file of the bank…").click()
    file = FilePayload(name=name, mimeType="application/xml", buffer=data)
    desk.locator("input[type=file]").set_input_files(file)
    desk.get_by_role("button", name="Show what follows").click()
    desk.get_by_role("button", name="Take it").click()
    expect(desk.locator("body")).to_contain_text("The file is taken")


def today() -> str:
    return timezone.now().astimezone(ZONE).date().isoformat()


@pytest.mark.usefixtures("worker")
def test_R8_2_R6_3_from_an_empty_account_to_money_in_the_bank_and_the_exit(
    page: Page, desks: list[Page], seller: Seller, lina: User
) -> None:
    sign_in(page, lina)
    expect(page.get_by_role("main")).to_contain_text("Your business information is not certified.")
    page.goto("/settings/company/")
    certified(page, desks, seller)
    product = a_product(seller)
    bill = sold(page, desks[2], product)
    decide(desks[0], bill, "Approve", "The bill is approved.")
    invoice = invoiced(page, bill)
    decide(desks[1], invoice, "Verify", "verified")
    planned = Payout.objects.get()
    page.goto("/overview/")
    expect(page.get_by_role("region", name="Next payout")).to_contain_text("850.00 USD")
    expect(page.get_by_role("region", name="Next payout")).to_contain_text("expected on")

    first, file = pay(desks)
    assert first == planned
    assert b"pain.001.001.09" in file
    assert b"850.00" in file
    assert first.batch
    said = report(first.batch.number, "RJCT", reason="AC04", end_to_end_id=first.number)
    the_bank_says(desks[2], "pain002.xml", said)

    second = repaired(page, desks, first)
    rows = (
        Row("-850.00", second.number, reference="HB-77"),
        Row("12000.00", text=f"{seller.number} deposit"),
    )
    the_bank_says(desks[2], "camt053.xml", statement(*rows, day=today()))
    attributed(desks, seller)
    read_how_it_was_paid(page, bill, first, second)

    left(page, desks, seller, product)
    last, _ = pay(desks, approvals=2)
    row = Row("-12000.00", last.number, reference="HB-78")
    said = statement(row, opening="111150.00", day=today(), name="2")
    the_bank_says(desks[2], "camt053-2.xml", said)
    read_that_the_deposit_came(page, last)
    assert [found.difference for found in check_books() if not found.holds] == []


def sold(page: Page, desk: Page, product: Product) -> Bill:
    """1,000.00 in the last month, which is closed then."""
    month = current_cycle().previous
    an_order(product, "1000", f"{month.year}-{month.month:02}-10", number="CS-1")
    page.goto("/settings/company/")
    expect(page.get_by_role("main")).to_contain_text("Hamburger Sparkasse")
    page.goto("/orders/CS-1/")
    expect(page.get_by_role("main")).to_contain_text("1,000.00")
    closed(desk, str(month))
    return Bill.objects.get()


def closed(desk: Page, month: str) -> None:
    """Previewed, approved, and issued as it was previewed."""
    desk.goto("/admin/")
    desk.get_by_role("link", name="Preview a cycle…").click()
    desk.get_by_label("Cycle").fill(f"{month[:4]}-{month[4:]}")
    desk.get_by_role("button", name="Preview").click()
    approve = desk.get_by_role("link", name="Approve…")
    expect(approve).to_be_visible(timeout=SOON)
    approve.click()
    desk.get_by_role("button", name="Approve").click()
    desk.get_by_role("link", name="Start the run…").click()
    desk.get_by_role("button", name="Start the run").click()
    desk.goto("/admin/settlement/billrun/")
    desk.get_by_role("link", name="BR").first.click()
    expect(desk.locator("main.desk")).to_contain_text("Closed", timeout=SOON)


def read_how_it_was_paid(page: Page, bill: Bill, first: Payout, second: Payout) -> None:
    """From the payout that failed to the one that did not, and by the bill's line of time."""
    main = page.get_by_role("main")
    page.goto(f"/payouts/{first.number}/")
    expect(main).to_contain_text("It did not arrive and is paid again")
    main.get_by_role("link", name=second.number).click()
    for shown in ("Paid", "HB-77", "Booked by the bank"):
        expect(main).to_contain_text(shown)
    page.goto(f"/bills/{bill.number}/")
    expect(main).to_contain_text("Paid to your bank account")
    main.get_by_role("link", name=second.number).first.click()
    expect(page.get_by_role("heading", name=f"Payout {second.number}")).to_be_visible()


def read_that_the_deposit_came(page: Page, payout: Payout) -> None:
    main = page.get_by_role("main")
    page.goto("/overview/")
    press(page, "What became of the deposit")
    expect(main).to_contain_text("stay here to be read and downloaded")
    expect(page.get_by_role("region", name="Your deposit")).to_contain_text("paid on")
    main.get_by_role("link", name=payout.number).click()
    expect(main).to_contain_text("HB-78")
    expect(main).to_contain_text("Deposit returned")


def invoiced(page: Page, bill: Bill) -> Invoice:
    """By the task on the first page; what is certified is filled in."""
    page.goto("/overview/")
    page.get_by_role("link", name=f"Invoice bill {bill.number} over 850.00 USD").click()
    press(page, "Submit an invoice…")
    page.get_by_label("Invoice No.").fill("CC-2026-1")
    page.get_by_label("The invoice, signed or stamped").set_input_files(PDF)
    press(page, "Submit the invoice")
    expect(page.get_by_role("heading", name=re.compile(r"Invoice IN\d+"))).to_be_visible()
    return Invoice.objects.get()


def repaired(page: Page, desks: Sequence[Page], failed: Payout) -> Payout:
    """The seller reads why, has another account certified, and it is paid there."""
    main = page.get_by_role("main")
    page.goto("/overview/")
    press(page, "failed; check your bank details.")
    main.get_by_role("link", name=failed.number).first.click()
    expect(main).to_contain_text("AC04 The account is closed.")
    press(page, "Check the bank account")
    main.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Account number or IBAN").fill("003-912345-6")
    page.get_by_label("Bank", exact=True).fill("DBS Bank")
    page.get_by_label("Country of the bank").select_option("SG")
    page.get_by_label("SWIFT code").fill("DBSSSGSG")
    page.get_by_label("Documents").set_input_files(PDF)
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("status")).to_contain_text("The change is asked for.")
    account = BankAccount.objects.latest("pk")
    decide(desks[0], account, "Check", "Checked. Another operator approves it.")
    decide(desks[1], account, "Approve", "The account is approved.")

    decide(desks[0], failed, "Plan it again", "planned", Reason="The seller has another account.")
    again, file = pay(desks)
    assert again.pk != failed.pk
    assert b"DBSSSGSG" in file
    page.goto(f"/payouts/{again.number}/")
    expect(main).to_contain_text("DBS Bank")
    expect(main).to_contain_text("Sent to the bank")
    return again


def attributed(desks: Sequence[Page], seller: Seller) -> None:
    """So much into a deposit is for people to say, above the limit for two (R4.4).

    The line suggests it, as it names the seller.
    """
    desk = on_the_page_of(desks[0], BankLine.objects.in_suspense().get())
    desk.get_by_role("link", name=f"deposit:{seller.number}").click()
    desk.get_by_label("Comment").fill("Their deposit.")
    desk.get_by_role("button", name="Show what follows").click()
    answer(desk, "Attribute", "Not done yet: another operator has to approve")
    request = ApprovalRequest.objects.get()
    decide(desks[1], request, "Approve", "Your approval is recorded.")
    assert balance_of(seller.pk) == Decimal(12000)


def left(page: Page, desks: Sequence[Page], seller: Seller, product: Product) -> None:
    """With a deposit that takes two operators to return."""
    main = page.get_by_role("main")
    page.goto("/settings/company/")
    press(page, "Leave KooGallery")
    expect(main).to_contain_text("Take your products off the catalogue first")
    expect(main).to_contain_text("1 product is still listed")
    main.get_by_role("link", name=product.number).click()
    press(page, "Delist")
    press(page, "Delist")
    page.goto(f"/exits/{seller.number}/")
    expect(main).to_contain_text("12,000.00 USD")
    press(page, "Ask to leave…")
    page.get_by_label("Why you leave").fill("We sell elsewhere.")
    press(page, "Ask to leave")
    expect(main).to_contain_text("nothing is open any more")

    desks[0].goto("/admin/")
    ready = "Sellers who want to leave: ready"
    desks[0].get_by_role("link", name=ready, exact=True).click()
    desks[0].get_by_role("link", name=ExitRequest.objects.get().number).click()
    desks[0].get_by_role("link", name="Let the seller leave").click()
    answer(desks[0], "Let the seller leave", "Not done yet: another operator has to approve")
    request = ApprovalRequest.objects.latest("pk")
    decide(desks[1], request, "Approve", "Your approval is recorded.")
    page.reload()
    expect(main).to_contain_text("left KooGallery on")
    expect(main).to_contain_text("12,000.00 USD")
