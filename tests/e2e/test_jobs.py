"""What sellers come for, each from the page they sign in to, in both languages, clicks counted.

Everything is found by where it leads and by the names of forms, so that no language has a way of
its own; `docs/tour.md` has the counts.
"""

import re
from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from koogallery.models import WebhookEndpoint
from sellers.choices import Role
from sellers.models import BankAccount, Invitation, ProductApplication
from sellers.services.companies.bank_accounts import withdraw_bank_account
from settlement.models import Dispute, ExitRequest, Invoice
from tests.e2e.journeys import sign_in, with_password
from tests.settlement.portal.marketplace import Marketplace, a_marketplace
from tools.application import ROOT

pytestmark = pytest.mark.django_db(transaction=True)

PDF = FilePayload(
    name="evidence.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
)
TOUR = ROOT / "docs" / "tour.md"


class Walk:
    """A page, and how often its reader has clicked since the job began; typing is no click."""

    def __init__(self, page: Page, market: Marketplace, language: str) -> None:
        self.page, self.market, self.language, self.clicks = page, market, language, 0

    def begin(self) -> None:
        self.page.goto("/overview/")
        self.clicks = 0

    def open(self, address: str, *, ends: bool = False) -> None:
        """Click the first link that leads there, or somewhere that begins so."""
        self.clicks += 1
        how = "$=" if ends else "^="
        self.page.locator(f'a[href{how}"{address}"]:visible').first.click()

    def send(self, button: str = "main form[method=post]:visible .btn-primary") -> None:
        self.clicks += 1
        self.page.locator(button).last.click()

    def tick(self, name: str, value: str) -> None:
        self.clicks += 1
        self.page.locator(f'main [name="{name}"][value="{value}"]').first.click()

    def fill(self, **texts: str) -> None:
        for name, text in texts.items():
            self.page.locator(f'main [name="{name}"]').last.fill(text)

    def find(self, words: str) -> None:
        """From the keyboard alone."""
        self.page.keyboard.press("/")
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")

    def shows(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)

    def fetch(self, address: str) -> str:
        with self.page.expect_download() as download:
            self.open(address, ends=True)
        return download.value.suggested_filename


def why_a_month_pays_what_it_does(walk: Walk) -> None:
    walk.shows("229.50")
    walk.open(f"/bills/B202405-{walk.market.seller.number}/#changes")
    expect(walk.page.locator("#changes")).to_be_visible()


def where_a_refund_came_back_from(walk: Walk) -> None:
    walk.open(f"/receivables/{walk.market.receivable.number}/")
    walk.shows("500.00")
    walk.open(f"/recoveries/{walk.market.recovery.number}/")
    walk.shows("500.00", walk.market.receivable.number)


def when_and_how_much_is_paid_next(walk: Walk) -> None:
    expect(walk.page.locator(f'a[href="/payouts/{walk.market.payout.number}/"]')).to_be_visible()
    walk.shows("229.50")


def why_an_order_is_on_no_bill(walk: Walk) -> None:
    walk.find(walk.market.order.number)
    expect(walk.page).to_have_url(re.compile(f"/orders/{walk.market.order.number}/"))


def a_bill_as_a_workbook(walk: Walk) -> None:
    walk.open(f"/bills/B202405-{walk.market.seller.number}/")
    assert walk.fetch("format=xlsx").endswith(".xlsx")


def a_bill_as_a_paper(walk: Walk) -> None:
    walk.open(f"/bills/B202405-{walk.market.seller.number}/")
    assert walk.fetch("format=pdf").endswith(".pdf")


def invoice_a_bill(walk: Walk) -> None:
    walk.open(f"/bills/{walk.market.bill.number}/invoicing-list/")
    walk.open(f"/bills/{walk.market.bill.number}/invoices/add/")
    walk.fill(invoice_no="NA-2024-3", vat_number="DE811234567")
    walk.page.locator('main [name="documents"]').last.set_input_files(PDF)
    walk.send()
    expect(walk.page).to_have_url(re.compile(r"/invoices/IN\d+/"))
    assert Invoice.objects.filter(invoice_no="NA-2024-3").exists()


def agree_to_an_unsubscription(walk: Walk) -> None:
    walk.open(f"/unsubscriptions/{walk.market.refund.number}/")
    walk.open(f"/unsubscriptions/{walk.market.refund.number}/agree/")
    walk.send()
    walk.market.refund.refresh_from_db()
    assert walk.market.refund.state == "operator_review"


def invite_a_colleague(walk: Walk) -> None:
    walk.open("/settings/members/")
    walk.open("/settings/members/add/")
    walk.fill(email="kim@example.com")
    walk.send()
    walk.shows("kim@example.com")
    assert Invitation.objects.get().email == "kim@example.com"


def listen_to_events(walk: Walk) -> None:
    walk.open("/settings/webhooks/")
    walk.open("/settings/webhooks/add/")
    walk.fill(url="https://93.184.215.14/events")
    walk.send()
    expect(walk.page.get_by_role("main")).to_be_visible()
    assert WebhookEndpoint.objects.filter(url__endswith="/events").exists()


def find_what_somebody_names(walk: Walk) -> None:
    walk.find("Firewall")
    expect(
        walk.page.locator(f'main a[href="/products/{walk.market.product.number}/"]')
    ).to_be_visible()


def dispute_a_line(walk: Walk) -> None:
    walk.open(f"/bills/{walk.market.bill.number}/")
    walk.open(f"/bills/{walk.market.bill.number}/lines/1/dispute/")
    walk.fill(reason="Two seats are missing.")
    walk.send()
    expect(walk.page).to_have_url(re.compile(r"/disputes/DP\d+/"))
    assert Dispute.objects.filter(line_no=1).exists()


def have_it_paid_to_another_account(walk: Walk) -> None:
    walk.open("/settings/company/")
    walk.open("/settings/company/bank-account/")
    walk.fill(account_number="DE02120300000000202051", bank_name="Bank of Examples")
    walk.fill(bank_address="Jungfernstieg 1, Hamburg", swift_code="BYLADEM1001")
    walk.page.locator('main [name="bank_country"]').select_option("DE")
    walk.page.locator('main [name="documents"]').set_input_files(PDF)
    walk.send()
    assert BankAccount.objects.filter(account_number__endswith="2051").exists()


def release_a_product(walk: Walk) -> None:
    walk.open("/products/")
    walk.open("/products/applications/add/")
    walk.fill(name="Firewall Plus", description="Blocks more.", platform_fee_ratio="15")
    walk.page.locator('main [name="delivery_method"]').select_option("license")
    walk.tick("billing_modes", "one_time")
    walk.send()
    walk.shows("Firewall Plus")
    assert ProductApplication.objects.get(name="Firewall Plus").state == "pending_approval"


def be_mailed_less(walk: Walk) -> None:
    walk.open("/settings/mail/")
    walk.page.locator('main [name="kinds"]').first.click()
    walk.clicks += 1
    walk.send()
    expect(walk.page.get_by_role("status").first).to_be_visible()


def leave(walk: Walk) -> None:
    walk.open("/settings/company/")
    walk.open(f"/exits/{walk.market.seller.number}/")
    walk.shows(ExitRequest.objects.get().seller.number, walk.market.receivable.number)


JOBS: Mapping[str, Callable[[Walk], None]] = {
    "J1 why a month pays what it does": why_a_month_pays_what_it_does,
    "J2 where a refund came back from": where_a_refund_came_back_from,
    "J3 when and how much is paid next": when_and_how_much_is_paid_next,
    "J4 why an order is on no bill": why_an_order_is_on_no_bill,
    "J5 a bill as a workbook": a_bill_as_a_workbook,
    "J6 a bill as a paper": a_bill_as_a_paper,
    "J7 invoice a bill": invoice_a_bill,
    "J8 agree to an unsubscription": agree_to_an_unsubscription,
    "J9 invite a colleague": invite_a_colleague,
    "J9 listen to events": listen_to_events,
    "J10 find what somebody names": find_what_somebody_names,
    "J11 dispute a line": dispute_a_line,
    "J12 have it paid to another account": have_it_paid_to_another_account,
    "J13 release a product": release_a_product,
    "J14 be mailed less": be_mailed_less,
    "J15 leave": leave,
}


@pytest.fixture
def documented() -> dict[str, int]:
    """Job -> clicks, as the tour has them: the last cell of a row."""
    rows = re.findall(r"^\| (J\d+ [^|]+?) \|.*\| (\d+) \|$", TOUR.read_text(), flags=re.MULTILINE)
    return {job: int(clicks) for job, clicks in rows}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_job_is_done_with_as_many_clicks_as_the_tour_says(
    browser: Browser, live_server: LiveServer, language: str, documented: dict[str, int]
) -> None:
    market = a_marketplace()
    owner = with_password(market.members[Role.OWNER])
    withdraw_bank_account(market.applied["bank_account"].number, actor=owner)
    owner.language = language
    owner.save()
    with browser.new_context(base_url=live_server.url) as context:
        page = context.new_page()
        sign_in(page, owner)
        walk = Walk(page, market, language)
        counted = dict(_done(walk))
    assert counted == documented


def _done(walk: Walk) -> Iterator[tuple[str, int]]:
    for name, job in JOBS.items():
        walk.begin()
        expect(walk.page.locator(f'html[lang="{walk.language}"]')).to_be_attached()
        job(walk)
        yield name, walk.clicks
