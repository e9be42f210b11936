"""Every page of the console for every role: it opens, is refused, or is not found."""

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.models import Act
from koogallery.urls import console
from sellers.choices import Role
from tests.books import snapshot
from tests.pages import PAGES
from tests.settlement.builders import make_member, make_seller
from tests.settlement.portal.marketplace import Marketplace, a_marketplace
from tests.standing import standing
from tests.world import an_invoice_says

pytestmark = pytest.mark.django_db

ALL_PAGES = [str(page.name) for page in console]


@standing
def standing_marketplace() -> Marketplace:
    return a_marketplace()


@pytest.fixture
def marketplace(standing_marketplace: Marketplace) -> Marketplace:
    return deepcopy(standing_marketplace)


def status_of(client: Client, address: str) -> int:
    """A file is read to its end, which closes it."""
    answer: Any = client.get(address)
    if answer.streaming:
        answer.getvalue()
    return int(answer.status_code)


@pytest.mark.parametrize("role", Role)
def test_every_role_opens_exactly_what_its_table_says(
    client: Client, marketplace: Marketplace, role: Role
) -> None:
    client.force_login(marketplace.members[role])
    before = snapshot()
    answers = {page: status_of(client, marketplace.address(page)) for page in ALL_PAGES}

    assert {page: status == 403 for page, status in answers.items()} == {
        page: role not in PAGES[page].roles for page in ALL_PAGES
    }
    assert set(answers.values()) <= {200, 302, 403, 405}, answers
    after = snapshot()
    taken = Act.objects.filter(actor=marketplace.members[role], channel="console")
    assert set(taken.values_list("verb", flat=True)) == {"exported"}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"koogallery_act", "settlement_billdocument", "settlement_sealedchange"}


def test_what_a_stranger_asks_for_does_not_exist(client: Client, marketplace: Marketplace) -> None:
    client.force_login(make_member(make_seller(), "stranger"))
    answers = {
        page: client.get(marketplace.address(page)).status_code for page in marketplace.arguments
    }

    assert answers == dict.fromkeys(marketplace.arguments, 404)


def test_a_strangers_lists_show_nothing_of_it(client: Client, marketplace: Marketplace) -> None:
    client.force_login(make_member(make_seller(), "stranger"))
    for page in set(ALL_PAGES) - set(marketplace.arguments):
        answer: Any = client.get(marketplace.address(page), follow=True)
        content = b"".join(answer) if answer.streaming else answer.content
        shown = content.decode()
        assert marketplace.seller.number not in shown, page
        assert marketplace.order.number not in shown, page


def test_nobody_in_particular_is_sent_to_sign_in(client: Client, marketplace: Marketplace) -> None:
    for page in ALL_PAGES:
        answer = client.get(marketplace.address(page))
        assert answer.status_code in (302, 405), page
        if answer.status_code == 302:
            assert answer["Location"].startswith(reverse("account_login")), page


def test_an_operator_opens_every_page_but_what_is_the_sellers_alone(
    client: Client, marketplace: Marketplace
) -> None:
    client.force_login(marketplace.operator)
    answers = {page: status_of(client, marketplace.address(page)) for page in ALL_PAGES}

    refused = {page for page, who in PAGES.items() if who.duty is None}
    assert {page for page, status in answers.items() if status == 403} == refused
    assert set(answers.values()) <= {200, 302, 403, 405}, answers


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
def test_R4_3_who_may_not_answer_a_refund_changes_nothing(
    client: Client, marketplace: Marketplace, role: Role
) -> None:
    client.force_login(marketplace.members[role])
    before = snapshot()

    assert client.post(marketplace.address("refund-agree")).status_code == 403
    reason = {"reason": "we delivered"}
    assert client.post(marketplace.address("refund-reject"), reason).status_code == 403
    assert snapshot() == before


@pytest.mark.parametrize("role", Role)
def test_what_a_role_may_not_open_it_may_not_post_to_either(
    client: Client, marketplace: Marketplace, role: Role
) -> None:
    """Also with a body that its act would take."""
    client.force_login(marketplace.members[role])
    refused = [page for page in ALL_PAGES if role not in PAGES[page].roles]
    before = snapshot()
    answers = {page: client.post(marketplace.address(page), BODY).status_code for page in refused}

    assert set(answers.values()) <= {403, 405}, answers
    assert snapshot() == before


def test_what_a_stranger_posts_to_does_not_exist(client: Client, marketplace: Marketplace) -> None:
    client.force_login(make_member(make_seller(), "stranger"))
    before = snapshot()
    pages = marketplace.arguments
    answers = {page: client.post(marketplace.address(page), BODY).status_code for page in pages}

    assert set(answers.values()) <= {404, 405}, answers
    assert snapshot() == before


#: Enough for any act of the console.
BODY = {
    "reason": "x",
    "comment": "x",
    "username": "the-viewer",
    "role": "owner",
    "email": "x@seller.example",
    "name": "x",
    "days": "90",
    "key": "x",
    **{name: str(value) for name, value in an_invoice_says("1.00").items()},
}


def test_on_the_first_day_every_list_says_what_will_appear(client: Client) -> None:
    client.force_login(make_member(make_seller(certified_at=None), "newcomer"))
    for page in FIRST_DAY:
        answer = client.get(reverse(f"console:{page}"), follow=True)
        assert answer.status_code == 200, page
        assert 'class="empty"' in answer.text, page
    overview = client.get("/overview/").text
    assert "Your business information is not certified." in overview
    assert "Your first bill appears here once it is issued." in overview


FIRST_DAY = (
    "notice-list",
    "product-list",
    "order-list",
    "refund-list",
    "supervision-list",
    "transaction-list",
    "bill-list",
    "invoice-list",
    "dispute-list",
    "recovery-list",
    "deposit-list",
    "receivable-list",
)
