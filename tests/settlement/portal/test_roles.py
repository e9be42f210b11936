"""Every page of the console for every role: it opens, is refused, or is not found."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.models import Act
from koogallery.urls import console
from sellers.choices import Role
from sellers.portal.roles import DUTIES, PAGES
from tests.books import snapshot
from tests.settlement.builders import make_member, make_seller
from tests.settlement.portal.marketplace import Marketplace, a_marketplace

pytestmark = pytest.mark.django_db

ALL_PAGES = [str(page.name) for page in console]


@pytest.fixture
def marketplace() -> Marketplace:
    return a_marketplace()


def test_the_table_names_every_page_and_no_other() -> None:
    assert sorted(PAGES) == sorted(ALL_PAGES)


@pytest.mark.parametrize("role", Role)
def test_every_role_opens_exactly_what_its_table_says(
    client: Client, marketplace: Marketplace, role: Role
) -> None:
    client.force_login(marketplace.members[role])
    before = snapshot()
    answers = {page: client.get(marketplace.address(page)).status_code for page in ALL_PAGES}

    assert {page: status == 403 for page, status in answers.items()} == {
        page: role not in PAGES[page] for page in ALL_PAGES
    }
    assert set(answers.values()) <= {200, 302, 403, 405}, answers
    after = snapshot()
    taken = Act.objects.filter(actor=marketplace.members[role], channel="console")
    assert set(taken.values_list("verb", flat=True)) == {"exported"}
    assert {name for name in after if after[name] != before[name]} == {"koogallery_act"}


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
            assert answer["Location"].startswith(reverse("login")), page


def test_an_operator_opens_every_page_but_what_is_the_sellers_alone(
    client: Client, marketplace: Marketplace
) -> None:
    client.force_login(marketplace.operator)
    answers = {page: client.get(marketplace.address(page)).status_code for page in ALL_PAGES}

    refused = {page for page, duty in DUTIES.items() if duty is None}
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
