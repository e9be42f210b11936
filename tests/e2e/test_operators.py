"""Operators decide a refund and close a month, in a real browser, with a real worker."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Page, ViewportSize, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from koogallery.dates import cycle_label
from koogallery.kit.cycles import Cycle
from koogallery.models import User
from sellers.models import Seller
from sellers.services.orders.recording import change_order
from settlement.models import Bill, BillPreview, BillRun, Receivable, Refund
from settlement.services.authorisations import keep_limits
from settlement.services.closing.runs import request_run, work_on_run
from settlement.services.previews.stored import request_preview, work_on_preview
from settlement.services.refunds import lifecycle
from tests.crash.servers import until
from tests.settlement.builders import (
    a_spokesman,
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
    refunded,
)

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "correct horse battery"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
TOO_MUCH = "90000000000000000.00"  # two of these do not fit a bill
FIRST_OF_TWO = (
    "Yours is the first of two approvals. Nothing of this happens until a second operator has "
    "approved it too."
)
#: A worker has to take it up first.
SOON = 30_000


@pytest.fixture(params=["en", "zh-hans"])
def said(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """A text as it is said in the language of whose day it is."""
    with translation.override(request.param):
        yield gettext


def operator(name: str) -> User:
    """Who reads what this test reads."""
    user = make_operator(name)
    user.set_password(PASSWORD)
    user.language = translation.get_language() or ""
    user.save()
    return user


def sign_in(page: Page, name: str, heading: str = "What waits") -> None:
    page.context.clear_cookies()
    page.goto("/admin/login/?next=/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


@pytest.fixture
def refund(settings: Settings) -> Refund:
    """300 of 1000 settled in January, asked for by olga; February has sold 400."""
    settings.SECOND_APPROVAL_FROM = {"USD": Decimal(100)}
    keep_limits()
    product = make_product(make_seller(company_name="Nordlicht Analytics"))
    order = make_order(product, "1000", at(1, 5))
    close(order.seller, "202601")
    make_order(product, "400", at(2, 5))
    olga = operator("olga")
    asked = lifecycle.request_refund(
        order.number, Decimal(300), "never provisioned", "contract 7", actor=olga
    )
    return lifecycle.agree_refund(asked.number, "we agree", actor=a_spokesman())


@pytest.mark.usefixtures("worker")
def test_R4_4_a_refund_is_decided_by_two_people_who_read_its_simulation(
    said: Callable[[str], str], page: Page, refund: Refund
) -> None:
    operator("oscar"), operator("otto")
    for name, is_first in (("oscar", True), ("otto", False)):
        sign_in(page, name, said("What waits"))
        page.get_by_role("link", name=said("Refunds to decide"), exact=True).click()
        page.get_by_role("link", name=refund.number).first.click()
        expect(
            page.get_by_text("700.00 USD").or_(page.get_by_text("400.00 USD")).first
        ).to_be_visible(timeout=SOON)
        page.get_by_role("link", name=f"{said('Approve')}…").click()
        expect(page.get_by_text("300.00 USD").first).to_be_visible()
        payment = said("Seller’s next payment, cycle %(next_cycle)s").partition("%")[0]
        expect(page.get_by_text(payment, exact=False)).to_be_visible()
        if is_first:
            first = said(FIRST_OF_TWO)
            expect(page.get_by_text(first, exact=False)).to_be_visible()
        page.get_by_role("button", name=said("Approve")).click()
        expect(page.get_by_text(said("Your approval is recorded."))).to_be_visible()

    refund.refresh_from_db()
    assert refund.state == "approved"
    waiting = said("Waiting until the money is reported as returned.")
    expect(page.get_by_text(waiting)).to_be_visible()


@pytest.fixture
def sound(db: None) -> Seller:
    seller = make_seller(company_name="Sound Software")
    make_order(make_product(seller), "100", at(1, 5))
    return seller


@pytest.fixture
def broken(db: None) -> Seller:
    """Whose bill would be too large to be kept."""
    seller = make_seller(company_name="Broken Books")
    for number in ("CS-1", "CS-2"):
        make_order(make_product(seller), TOO_MUCH, at(1, 5), number=number)
    return seller


@pytest.mark.usefixtures("worker")
def test_R1_6_a_month_is_previewed_approved_closed_and_who_was_parked_is_repaired_and_retried(
    said: Callable[[str], str], page: Page, sound: Seller, broken: Seller
) -> None:
    olga = operator("olga")
    sign_in(page, "olga", said("What waits"))
    page.get_by_role("link", name=said("Preview a cycle…")).click()
    page.get_by_label(said("Cycle")).fill("2026-01")
    page.get_by_role("button", name=said("Preview")).click()
    heading = said("Preview of cycle %(cycle)s") % {"cycle": cycle_label("202601")}
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    parked = page.get_by_role("row", name="Broken Books")
    expect(parked).to_contain_text(said("Would be parked"), timeout=SOON)
    assert not Bill.objects.exists()
    page.get_by_role("link", name=said("All sellers")).click()
    expect(page.get_by_role("row", name="Sound Software")).to_contain_text("100.00 USD")

    page.get_by_role("link", name=f"{said('Approve')}…").click()
    expect(page.get_by_text("100.00 USD", exact=False).first).to_be_visible()
    page.get_by_role("button", name=said("Approve")).click()
    page.get_by_role("link", name=f"{said('Start the run')}…").click()
    page.get_by_role("button", name=said("Start the run")).click()
    page.goto("/admin/settlement/billrun/")
    page.get_by_role("link", name="BR").first.click()

    expect(page.get_by_role("heading", name=said("Parked sellers"))).to_be_visible(timeout=SOON)
    assert [bill.seller for bill in Bill.objects.all()] == [sound]

    change_order("CS-2", {"paid_amount": Decimal(70), "sales_amount": Decimal(70)}, actor=olga)
    change_order("CS-1", {"paid_amount": Decimal(7), "sales_amount": Decimal(7)}, actor=olga)
    retry = said("Look and retry %(number)s…") % {"number": broken.number}
    page.get_by_role("link", name=retry).click()
    page.get_by_role("button", name=said("Show what follows")).click()
    expect(page.get_by_text("77.00 USD", exact=False).first).to_be_visible()
    page.get_by_role("button", name=said("Retry")).click()

    until(lambda: Bill.objects.filter(seller=broken).exists())
    parked_sellers = page.get_by_role("heading", name=said("Parked sellers"))
    expect(parked_sellers).to_be_hidden(timeout=SOON)
    assert Bill.objects.get(seller=broken).net_payable == 77


def test_R1_6_a_crafted_approval_of_another_content_is_refused(page: Page, sound: Seller) -> None:
    operator("olga")
    preview = request_preview(Cycle("202601"), None, actor=None)
    work_on_preview(preview.number)
    sign_in(page, "olga")
    page.goto(f"/admin/settlement/billpreview/{preview.pk}/approve/decide/")
    page.eval_on_selector("[name=seen]", "field => field.value = '0'.repeat(64)")
    page.get_by_role("button", name="Approve").click()
    expect(
        page.get_by_text("This is not the content that is previewed", exact=False)
    ).to_be_visible()
    assert BillPreview.objects.get().state == "ready"


@pytest.fixture
def pages(refund: Refund, sound: Seller, broken: Seller) -> list[str]:
    """Every page of ours, with something on it."""
    olga, oscar = User.objects.get(username="olga"), operator("oscar")
    run = request_run(Cycle("202601"), [sound.number, broken.number], actor=olga)
    work_on_run(run.number)
    preview = request_preview(Cycle("202602"), None, actor=olga)
    work_on_preview(preview.number)
    other = make_seller()
    order = make_order(make_product(other), "500", at(1, 5))
    close(other, "202601")
    refunded(order, "90", at(1, 20), olga, oscar)
    close(other, "202602")
    bill, receivable = Bill.objects.get(seller=other), Receivable.objects.get()
    base = "/admin/settlement"
    return [
        "/admin/",
        f"{base}/refund/{refund.pk}/change/",
        f"{base}/refund/{refund.pk}/approve/decide/",
        f"{base}/billpreview/ask/",
        f"{base}/billpreview/{preview.pk}/change/?show=all",
        f"{base}/billpreview/{preview.pk}/look/decide/?seller={sound.number}",
        f"{base}/billpreview/{preview.pk}/approve/decide/",
        f"{base}/billrun/ask/",
        f"{base}/billrun/{run.pk}/change/",
        f"{base}/billrun/{run.pk}/retry/decide/",
        f"{base}/bill/{bill.pk}/change/",
        f"{base}/bill/{bill.pk}/adjust/decide/",
        f"{base}/deposit/{other.pk}/change/",
        f"{base}/deposit/{other.pk}/top_up/decide/",
        f"{base}/receivable/{receivable.pk}/change/",
        f"{base}/receivable/{receivable.pk}/pay/decide/",
        f"{base}/receivable/{receivable.pk}/date/decide/",
        f"{base}/accountbalance/",
        f"{base}/accountbalance/statement/{other.number}/",
        f"/admin/sellers/seller/{other.pk}/change/",
        f"/admin/sellers/seller/{other.pk}/change/decide/",
        f"/admin/sellers/seller/{other.pk}/member/decide/",
        f"/admin/sellers/product/{order.product_id}/change/",
        f"/admin/sellers/product/{order.product_id}/ratio/decide/",
        f"/admin/sellers/order/{order.pk}/change/",
        f"/admin/sellers/order/{order.pk}/refund/decide/",
        f"/admin/find/?q={other.company_name}",
        f"{base}/billpreview/{preview.pk}/looks/",
        f"{base}/calendarday/overrule/",
    ]


@pytest.fixture(params=[("light", WIDE), ("dark", PHONE)], ids=["light-wide", "dark-phone"])
def signed_in(
    request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer
) -> Iterator[Page]:
    scheme: Literal["light", "dark"]
    scheme, viewport = request.param
    with browser.new_context(
        base_url=live_server.url, viewport=viewport, color_scheme=scheme
    ) as context:
        yield context.new_page()


def test_no_page_of_ours_breaks_an_accessibility_rule(signed_in: Page, pages: list[str]) -> None:
    """What lies within our main; the frame around it is the admin's."""
    sign_in(signed_in, "oscar")
    for address in pages:
        signed_in.goto(address)
        expect(signed_in.locator("main.desk")).to_be_visible()
        found = Axe().run(signed_in, context="main.desk").response["violations"]
        assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == [], (
            address
        )
    assert BillRun.objects.get().state == "failed"
