"""What the console hands out as papers: statement, invoicing list, receivable, remittance."""

from typing import Any

import pytest
from django.test import Client

from koogallery.models import Act
from sellers.choices import Role
from tests.papers import said
from tests.settlement.portal.marketplace import Marketplace, a_marketplace

pytestmark = pytest.mark.django_db

PAPERS = {
    "statement-export": ("Statement", "Opening balance", "Refund to be recovered", "−500.00"),
    "invoicing-list-paper": ("Invoicing list", "Due on", "858.93 USD", "Account number"),
    "receivable-paper": ("Receivable", "Payment reference", "500.00 USD", "Due"),
    "payout-remittance": ("Remittance advice", "Paid to", "229.50", "Closing balance"),
}


@pytest.fixture
def market() -> Marketplace:
    return a_marketplace()


def taken(client: Client, market: Marketplace, page: str, language: str = "en") -> str:
    query = {"format": "pdf", "first": "2024-01-01"}
    address = market.address(page).partition("?")[0]
    answer: Any = client.get(address, query, headers={"accept-language": language})
    assert answer["Content-Type"] == "application/pdf"
    return said(answer.getvalue())


def test_each_is_a_paper_in_the_readers_language_and_on_record(
    market: Marketplace, client: Client
) -> None:
    client.force_login(market.members[Role.OWNER])
    for page, words in PAPERS.items():
        paper = taken(client, market, page)
        for word in (*words, market.seller.company_name, "Sparkoo", "Page 1 of 1"):
            assert word in paper, (page, word)
        assert Act.objects.latest("pk").facts["file"].endswith(".pdf")
        assert "第 1 页，共 1 页" in taken(client, market, page, "zh-hans")


def test_who_does_not_invoice_reads_the_end_of_the_account_number_alone(
    market: Marketplace, client: Client
) -> None:
    for role, is_whole in ((Role.OWNER, True), (Role.VIEWER, False)):
        client.force_login(market.members[role])
        page = client.get(market.address("invoicing-list")).content.decode()
        assert ("003-912345-6" in page) is is_whole
        assert ("003-912345-6" in taken(client, market, "invoicing-list-paper")) is is_whole
