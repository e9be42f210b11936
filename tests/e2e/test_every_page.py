"""Every page of the console as browsers of all kinds have it: without a script, on a small desk."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from koogallery.models import User
from sellers.choices import Role
from settlement.services.bills.approval import approve_bill
from tests.e2e.journeys import (
    PHONE,
    WIDE,
    check,
    complaints_of,
    pages_of,
    sign_in,
    with_password,
)
from tests.laid import Laid, lay_down, taken_up
from tests.settlement.builders import (
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
)
from tests.settlement.portal.marketplace import a_marketplace

pytestmark = pytest.mark.django_db(transaction=True)

SMALL_DESK: ViewportSize = {"width": 1360, "height": 768}
OVERFLOWING = """
[...document.querySelectorAll("main .table-scroll")]
    .filter(each => each.scrollWidth > each.clientWidth)
    .map(each => `${each.getAttribute("aria-label")}: ${each.scrollWidth} > ${each.clientWidth}`)
"""


_built: list[tuple[User, dict[str, str], Laid]] = []


@pytest.fixture
def owner_and_pages(live_server: LiveServer) -> tuple[User, dict[str, str]]:
    """Of a seller with something of everything; built once, laid down for each test."""
    if _built:
        lay_down(_built[0][2])
    else:
        marketplace = a_marketplace()
        owner = with_password(marketplace.members[Role.OWNER])
        _built.append((owner, pages_of(marketplace, owner), taken_up()))
    return _built[0][:2]


def test_every_page_opens_without_javascript(
    browser: Browser, live_server: LiveServer, owner_and_pages: tuple[User, dict[str, str]]
) -> None:
    owner, pages = owner_and_pages
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, owner)
        for address in pages.values():
            answer = page.goto(address)
            assert answer, address
            assert answer.ok, address
            expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize(
    ("scheme", "size", "viewport"), [("light", "wide", WIDE), ("dark", "phone", PHONE)]
)
def test_every_page_with_something_on_it_is_accessible_and_fits(
    browser: Browser,
    live_server: LiveServer,
    owner_and_pages: tuple[User, dict[str, str]],
    scheme: Literal["light", "dark"],
    size: str,
    viewport: ViewportSize,
) -> None:
    owner, pages = owner_and_pages
    with browser.new_context(
        base_url=live_server.url, viewport=viewport, color_scheme=scheme
    ) as context:
        page = context.new_page()
        sign_in(page, owner)
        complaints = complaints_of(page)
        for name, address in pages.items():
            page.goto(address)
            for summary in page.locator("main summary:visible").all()[:3]:
                summary.click()
            check(page, name)

    assert complaints == []


def test_no_table_needs_sideways_scrolling_on_a_small_desk(
    browser: Browser, live_server: LiveServer
) -> None:
    """With numbers and names as long as the trading system's are."""
    seller = make_seller(company_name="Meridian Edge Networks Ltd.")
    product = make_product(seller, ratio="0.15", name="Meridian Enterprise Resource Planning")
    named = {"customer_name": "Valparaíso Pesquera y Conservas S.A."}
    for day in (5, 6):
        number = f"CS260{day}031000XOMD6-00000{day}"
        make_order(product, "123456.78", at(3, day), number=number, **named)
    bill = close(seller, "202603")
    assert bill
    approve_bill(bill.number, actor=make_operator())
    make_order(product, "123456.78", at(4, 5), number="CS2604031000XOMD6-000004", **named)
    owner = with_password(make_member(seller, "owner", Role.OWNER))
    with browser.new_context(base_url=live_server.url, viewport=SMALL_DESK) as context:
        page = context.new_page()
        sign_in(page, owner)
        for address in ("/transactions/", "/orders/", "/bills/", f"/bills/{bill.number}/"):
            page.goto(address)
            assert page.evaluate(OVERFLOWING) == [], address
