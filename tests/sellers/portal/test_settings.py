"""Members and tokens: owners manage them, and nobody else."""

import re

import pytest
from django.test import Client

from koogallery.models import AccessToken, Act, User
from sellers.choices import Role
from sellers.models import Seller
from tests.books import snapshot
from tests.callers import Caller
from tests.settlement.builders import make_member, make_seller

pytestmark = pytest.mark.django_db

NEW = {"email": "noor@seller.example", "role": "finance"}


@pytest.fixture
def seller() -> Seller:
    return make_seller(company_name="Nordlicht Analytics")


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "olivia", Role.OWNER)


@pytest.fixture
def console(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def test_the_last_owner_stays(console: Client, seller: Seller) -> None:
    before = snapshot()
    told = console.post("/settings/members/remove/", {"username": "olivia"}, follow=True).text
    assert "This is the last owner" in told
    console.post("/settings/members/role/", {"username": "olivia", "role": "viewer"})

    assert snapshot() == before


def test_roles_change_and_members_leave(console: Client, seller: Seller) -> None:
    make_member(seller, "noor", Role.VIEWER)
    console.post("/settings/members/role/", {"username": "noor", "role": "operations"})
    assert seller.members.get(user__username="noor").role == "operations"
    console.post("/settings/members/remove/", {"username": "noor"})

    assert not seller.members.filter(user__username="noor").exists()
    verbs = Act.objects.filter(object_kind="member").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["changed", "removed"]


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OPERATIONS, Role.VIEWER])
def test_nobody_but_owners_changes_members_or_tokens(
    client: Client, seller: Seller, owner: User, role: Role
) -> None:
    client.force_login(make_member(seller, "noor", role))
    before = snapshot()
    for page, sent in {
        "members/add/": NEW,
        "members/invitations/withdraw/": {"number": "IV00000001"},
        "members/role/": {"username": "noor", "role": "owner"},
        "members/remove/": {"username": "olivia"},
        "tokens/": {"name": "till", "valid_days": "30"},
        "tokens/rotate/": {"number": "x"},
        "tokens/revoke/": {"number": "x"},
    }.items():
        assert client.post(f"/settings/{page}", sent).status_code == 403, page

    assert snapshot() == before


def test_a_member_leaves_by_themselves(client: Client, seller: Seller, owner: User) -> None:
    client.force_login(make_member(seller, "noor", Role.VIEWER))
    assert "Leave Nordlicht Analytics" in client.get("/settings/members/").text
    client.post("/settings/members/leave/")
    assert list(seller.members.values_list("user__username", flat=True)) == ["olivia"]


def test_an_owner_elsewhere_finds_nothing_here(client: Client, seller: Seller) -> None:
    client.force_login(make_member(make_seller(), "stranger"))
    for page in ("company", "members", "tokens"):
        assert client.get(f"/settings/{page}/?seller={seller.number}").status_code == 404


def test_a_token_is_shown_once_works_and_is_revoked(console: Client, seller: Seller) -> None:
    page = console.post("/settings/tokens/", {"name": "till", "valid_days": "30"})
    found = re.search(r'<code class="secret">([^<]+)</code>', page.text)
    assert found and page["Cache-Control"] == "private, no-store"
    assert found[1] not in console.get("/settings/tokens/").text
    caller = Caller(found[1])
    assert caller.get("/sellers/").body["results"][0]["number"] == seller.number

    token = AccessToken.objects.get()
    assert (token.seller_number, token.may_write) == (seller.number, False)
    console.post("/settings/tokens/revoke/", {"number": token.number})
    assert caller.get("/sellers/").status == 401
