import re

import pytest
from django.test import Client

from koogallery.models import Notice, Reading
from sellers.choices import Role
from settlement.models import DepositMovement
from tests.settlement.builders import make_member, make_seller
from tests.settlement.portal.marketplace import Marketplace, a_marketplace
from tests.world import a_deposit

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketplace() -> Marketplace:
    return a_marketplace()


@pytest.fixture
def console(client: Client, marketplace: Marketplace) -> Client:
    client.force_login(marketplace.members[Role.VIEWER])
    return client


def test_any_number_leads_to_its_page(console: Client, marketplace: Marketplace) -> None:
    pages = {
        marketplace.bill.number: "bill-detail",
        marketplace.order.number: "order-detail",
        marketplace.refund.number: "refund-detail",
        marketplace.recovery.number: "recovery-detail",
        marketplace.receivable.number: "receivable-detail",
        marketplace.product.number: "product-detail",
        marketplace.usage.usage_records.get().metering_sn: "usage-list",
    }
    for number, page in pages.items():
        answer = console.get("/search/", {"q": f" {number.lower()} "})
        assert answer["Location"] == marketplace.address(page)


def test_the_beginning_of_a_number_lists_what_begins_so(
    console: Client, marketplace: Marketplace
) -> None:
    page = console.get("/search/?q=b2024").text

    assert marketplace.bill.number in page
    assert "Nothing of yours" in console.get("/search/?q=zzz").text
    assert "Type what you look for" in console.get("/search/?q=").text


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("firewáll", "product-detail"),
        ("FABRIKAM", "order-detail"),
        ("240.00", "order-detail"),
        ("100,00", "refund-detail"),
        ("500", "receivable-detail"),
    ],
)
def test_names_customers_and_amounts_are_found(
    console: Client, marketplace: Marketplace, text: str, page: str
) -> None:
    found = {hit.address for hit in console.get("/search/", {"q": text}).context["found"]}
    assert marketplace.address(page) in found


def test_a_references_payment_is_found(console: Client, marketplace: Marketplace) -> None:
    a_deposit(marketplace.seller, "5")
    reference = DepositMovement.objects.get(kind="top_up").reference
    answer = console.get("/search/", {"q": reference.upper()})
    [hit] = answer.context["found"]
    assert (hit.address, hit.note) == (marketplace.address("deposit-detail"), reference)


def test_a_strangers_number_is_not_found(client: Client, marketplace: Marketplace) -> None:
    client.force_login(make_member(make_seller(), "stranger"))

    for number in (marketplace.bill.number, marketplace.order.number, "Fabrikam", "240.00"):
        assert "Nothing of yours" in client.get("/search/", {"q": number}).text


def test_a_notice_is_read_once_by_each_reader(console: Client, marketplace: Marketplace) -> None:
    assert bell(console) == (Notice.objects.of_sellers().count(), "?is_read=false")
    first = console.get("/notices/").context
    notice = first["page"].rows[0]
    console.post("/notices/read/", {"notice": notice.pk})
    console.post("/notices/read/", {"notice": notice.pk})

    assert Reading.objects.count() == 1
    assert console.get("/notices/").context["unread"] == first["unread"] - 1
    assert console.get("/notices/?is_read=true").context["page"].rows == [notice]
    console.force_login(marketplace.members[Role.OWNER])
    assert console.get("/notices/").context["unread"] == first["unread"]
    console.post("/notices/read/")
    assert console.get("/notices/").context["unread"] == 0
    assert bell(console) == (0, "")


def bell(console: Client) -> tuple[int, str]:
    """In the frame of any page: how many it counts, and what of the notices it leads to."""
    [frame] = re.findall('class="bell".*?</a>', console.get("/bills/").text, re.DOTALL)
    found = re.search(r'href="/notices/([^"]*)".*?(\d+) unread notice', frame, re.DOTALL)
    assert found
    return int(found[2]), found[1]


def test_a_stranger_reads_no_notice_and_marks_none(
    client: Client, marketplace: Marketplace
) -> None:
    client.force_login(make_member(make_seller(), "stranger"))
    assert "No notices yet" in client.get("/notices/").text
    client.post("/notices/read/", {"notice": Notice.objects.earliest("pk").pk})
    client.post("/notices/read/")

    assert Reading.objects.count() == 0
