"""A seller is certified in a real browser: rejected, mended, sent in again, approved (R9.1)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from koogallery.models import User
from sellers.models import BankAccount, Certification, Seller
from sellers.services.companies.bank_accounts import account_in_use, approve_bank_account
from tests.settlement.builders import make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
LICENCE = {"name": "licence.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 licence"}
BUSINESS = {
    "Registration number": "HRB 4711",
    "Registered address": "Adolphsplatz 1, Hamburg",
    "VAT number": "DE123456789",
    "Name": "Lina Vogel",
    "E-mail": "lina@nordlicht.example",
    "Telephone": "+49 40 123456",
    "Account holder": "Nordlicht Analytics",
    "Account number or IBAN": "DE89 3704 0044 0532 0130 00",
    "Bank": "Hamburger Sparkasse",
    "SWIFT code": "HASPDEHH",
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.ATTACHMENTS_DIR = tmp_path


@pytest.fixture
def seller() -> Seller:
    """Not certified; lina owns it, olga and oscar are operators."""
    seller = make_seller(company_name="Nordlicht Analytics", country="DE", certified_at=None)
    people = [make_member(seller, "lina"), make_operator("olga"), make_operator("oscar")]
    for person in people:
        person.set_password(PASSWORD)
        person.save()
    return seller


def sign_in(page: Page, name: str) -> Page:
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "login" not in address)
    return page


@pytest.fixture
def operators(browser: Browser, live_server: LiveServer, seller: Seller) -> Iterator[list[Page]]:
    """The browsers of oscar and olga."""
    with (
        browser.new_context(base_url=live_server.url) as one,
        browser.new_context(base_url=live_server.url) as other,
    ):
        yield [sign_in(one.new_page(), "oscar"), sign_in(other.new_page(), "olga")]


def faults(page: Page, part: str = "html") -> list[str]:
    """What axe finds; of the admin in our own part of the page."""
    found = Axe().run(page, context=part).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found]


def in_the_admin(page: Page, row: Any) -> None:
    page.goto(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/")


def decide(page: Page, row: Any, verb: str, **fields: str) -> None:
    in_the_admin(page, row)
    page.get_by_role("link", name=f"{verb}…").click()
    for label, text in fields.items():
        page.get_by_label(label).fill(text)
    page.locator("main.desk").get_by_role("button", name=verb).click()


def test_R9_1_a_seller_is_rejected_mends_it_and_is_certified(
    page: Page, operators: list[Page], seller: Seller
) -> None:
    operator = operators[0]
    sign_in(page, "lina")
    page.goto("/settings/company/")
    expect(page.get_by_text("Until it is certified nothing of yours is billed")).to_be_visible()
    page.get_by_role("link", name="Have it certified").click()
    page.get_by_role("button", name="Send in").click()
    expect(page.get_by_text("Fill this in.").first).to_be_visible()
    for label, text in BUSINESS.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Country of the bank").select_option("DE")
    page.get_by_label("Business licence").set_input_files(LICENCE)  # type: ignore[arg-type]
    assert faults(page) == []
    page.get_by_role("button", name="Send in").click()
    expect(page.get_by_text("Operations answer within one working day")).to_be_visible()

    sent = Certification.objects.get()
    decide(operator, sent, "Reject", Reason="The licence cannot be read.")
    page.goto("/settings/company/")
    expect(page.get_by_text("The licence cannot be read.")).to_be_visible()
    expect(page.get_by_text("2 more rejections lock it")).to_be_visible()
    page.get_by_role("link", name="Mend it and send it in again").click()
    expect(page.get_by_label("VAT number")).to_have_value("DE123456789")
    page.get_by_label("Business licence").set_input_files(LICENCE)  # type: ignore[arg-type]
    page.get_by_role("button", name="Send in").click()
    expect(page.get_by_text("It is sent in.")).to_be_visible()

    again = Certification.objects.get(revises=sent)
    in_the_admin(operator, again)
    expect(operator.get_by_text("The licence cannot be read.")).to_be_visible()
    assert faults(operator, "main.desk") == []
    decide(operator, again, "Approve")
    expect(operator.get_by_text("The certification is approved.")).to_be_visible()
    page.goto("/settings/company/")
    expect(page.locator("main").get_by_text("Certified").first).to_be_visible()
    expect(page.get_by_text("A change is under way")).to_be_visible()
    approve_bank_account(seller.bank_accounts.get().number, actor=User.objects.get(username="olga"))
    page.reload()
    expect(page.get_by_text("DE89370400440532013000")).to_be_visible()
    assert faults(page) == []
    seller.refresh_from_db()
    assert seller.certified_at


def test_R9_1_a_bank_change_takes_two_operators_and_its_owner_stops_it(
    page: Page, operators: list[Page], seller: Seller
) -> None:
    used = BankAccount.objects.create(
        number="BA-1",
        seller=seller,
        version=1,
        state="approved",
        of_certification=True,
        account_holder=seller.company_name,
        account_number="DE89370400440532013000",
        bank_name="Hamburger Sparkasse",
        bank_country="DE",
        swift_code="HASPDEHH",
        requested_by=User.objects.get(username="lina"),
        checked_by=User.objects.get(username="oscar"),
        approved_by=User.objects.get(username="olga"),
        approved_at=seller.created_at,
        usable_from=seller.created_at,
    )
    oscar, olga = operators
    sign_in(page, "lina")
    page.goto("/settings/company/")
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Account number or IBAN").fill("0123456789")
    page.get_by_label("Bank", exact=True).fill("Hamburg Commercial Bank")
    page.get_by_label("Country of the bank").select_option("DE")
    page.get_by_label("SWIFT code").fill("HSHNDEHH")
    assert faults(page) == []
    page.get_by_role("button", name="Ask for the change").click()
    expect(page.get_by_text("Waiting for the first operator")).to_be_visible()

    change = BankAccount.objects.get(version=2)
    decide(oscar, change, "Check")
    in_the_admin(oscar, change)
    expect(oscar.get_by_role("link", name="Approve…")).to_have_count(0)
    assert faults(oscar, "main.desk") == []
    decide(olga, change, "Approve")
    expect(olga.get_by_text("It cools down for")).to_be_visible()
    page.reload()
    expect(page.get_by_text("It cools down.")).to_be_visible()
    page.get_by_role("link", name="Stop the change").click()
    page.get_by_label("Reason").fill("None of us asked for it.")
    page.get_by_role("button", name="Stop the change").click()
    expect(page.get_by_text("The change is stopped.")).to_be_visible()
    assert account_in_use(seller) == used
