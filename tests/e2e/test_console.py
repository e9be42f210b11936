"""A seller reads a bill down to one line's explanation, in a real browser."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from settlement.models import Bill
from tests.e2e.journeys import PHONE, WIDE, check, complaints_of
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

PASSWORD = "correct horse battery"
#: What A4 leaves between its margins.
PAPER: ViewportSize = {"width": 700, "height": 1000}


@pytest.fixture
def bill() -> Bill:
    """April's bill: 850.00 sold at 15 %, of which 500.00 goes back for a refund of March."""
    seller = make_seller(company_name="Nordlicht Analytics")
    product = make_product(seller, ratio="0.15", name="Aurora Dashboards")
    march = make_order(product, "1000", at(3, 2), number="CS-MARCH")
    close(seller, "202603")
    refunded(march, "500", at(4, 9), make_operator("otto"), make_operator())
    make_order(product, "850", at(4, 5), number="CS-APRIL", customer_wht=Decimal(50))
    issued = close(seller, "202604")
    assert issued is not None
    lina = make_member(seller, "lina")
    lina.set_password(PASSWORD)
    lina.save()
    return issued


def sign_in(page: Page, name: str = "lina") -> None:
    page.goto("/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
    page.goto("/bills/")


def test_a_seller_reads_a_bill_down_to_one_lines_explanation(page: Page, bill: Bill) -> None:
    sign_in(page)
    row = page.get_by_role("row", name=bill.number)
    expect(row).to_contain_text("April 2026")
    expect(row).to_contain_text("180.00")
    row.get_by_role("link", name=bill.number).click()

    expect(page.get_by_role("heading", name="Bill of April 2026")).to_be_visible()
    amounts = page.get_by_role("table", name="From the sales amount").get_by_role("cell")
    assert amounts.all_inner_texts() == [
        "850.00",
        "−50.00",
        "−120.00",
        "0.00",
        "0.00",
        "0.00",
        "680.00 USD",
        "−500.00",
        "180.00 USD",
    ]

    formula = page.get_by_text("(850.00 − 50.00) × (1 − 0.15) = 680.00 USD")
    expect(formula).to_be_hidden()
    page.locator("#lines").get_by_text("Why this amount?").click()
    expect(formula).to_be_visible()


def test_a_recovery_leads_to_the_order_on_its_original_bill(page: Page, bill: Bill) -> None:
    sign_in(page)
    page.goto(f"/bills/{bill.number}/")
    page.get_by_role("table", name="Recoveries").get_by_role("link", name="CS-MARCH").click()

    expect(page.get_by_role("heading", name="Bill of March 2026")).to_be_visible()
    lines = page.get_by_role("table", name="Lines of bill").get_by_role("rowheader")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("CS-MARCH")


def test_signing_out_closes_the_console(page: Page, bill: Bill) -> None:
    sign_in(page)
    page.get_by_role("button", name="lina").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/bills/")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_chosen_appearance_stays_but_not_on_paper(page: Page, bill: Bill) -> None:
    sign_in(page)
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"/bills/{bill.number}/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    expect(page.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
    for controls in ("#navigation", ".user-menu", ".frame-footer", "form.filters", ".btn"):
        expect(page.locator(controls).first).to_be_hidden()
    expect(page.locator(".frame-header").get_by_text(bill.seller.number)).to_be_visible()


def test_on_a_phone_the_navigation_opens_and_closes_by_keyboard(page: Page, bill: Bill) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page)
    navigation = page.get_by_role("navigation", name="Console")
    expect(navigation).to_be_hidden()
    page.get_by_role("button", name="Navigation").press("Enter")
    expect(navigation.get_by_role("link", name="Bills")).to_be_visible()
    page.keyboard.press("Escape")

    expect(navigation).to_be_hidden()


@pytest.fixture
def page_without_script(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        yield context.new_page()


def test_the_console_works_without_javascript(page_without_script: Page, bill: Bill) -> None:
    page = page_without_script
    sign_in(page)
    page.get_by_role("link", name=bill.number).click()
    page.locator("#lines").get_by_text("Why this amount?").click()

    expect(page.get_by_text("(850.00 − 50.00) × (1 − 0.15) = 680.00 USD")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "viewport"), [("wide", WIDE), ("phone", PHONE)])
def test_no_page_breaks_an_accessibility_rule_or_the_security_policy(
    browser: Browser,
    live_server: LiveServer,
    bill: Bill,
    scheme: Literal["light", "dark"],
    size: str,
    viewport: ViewportSize,
) -> None:
    with browser.new_context(
        base_url=live_server.url, viewport=viewport, color_scheme=scheme
    ) as context:
        page = context.new_page()
        complaints = complaints_of(page)
        page.goto("/accounts/login/")
        check(page)
        sign_in(page)
        check(page)
        page.goto(f"/bills/{bill.number}/")
        page.locator("#lines").get_by_text("Why this amount?").click()
        check(page)
        page.goto("/bills/?state=paid")
        check(page)

    assert complaints == []
