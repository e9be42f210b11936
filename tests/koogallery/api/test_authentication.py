"""Who calls: tokens that are hashed, expire and are revoked; sessions with CSRF."""

from datetime import timedelta

import pytest
from django.test import Client

from koogallery.models import AccessToken, User
from sellers.models import Seller
from tests.callers import BASE, Caller, operator_caller, seller_caller
from tests.settlement.builders import make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> User:
    return make_operator("olga")


@pytest.fixture
def seller() -> Seller:
    return make_seller()


def status_with(token: str) -> int:
    return int(Caller(token).get("/bills/").status)


def test_a_token_is_stored_hashed(olga: User) -> None:
    stored, token = AccessToken.objects.create(user=olga, name="x")
    assert token not in (stored.digest, stored.token_key)
    assert status_with(token) == 200


def test_a_revoked_token_opens_nothing(olga: User) -> None:
    stored, token = AccessToken.objects.create(user=olga, name="x")
    stored.delete()
    assert status_with(token) == 401


def test_an_expired_token_opens_nothing(olga: User) -> None:
    _, token = AccessToken.objects.create(user=olga, name="x", expiry=timedelta(seconds=-1))
    assert status_with(token) == 401
    assert AccessToken.objects.count() == 1


def test_an_operators_token_ends_with_their_office(olga: User) -> None:
    api = operator_caller(olga)
    User.objects.filter(pk=olga.pk).update(is_staff=False)
    assert api.get("/bills/").status == 401


def test_a_user_who_is_shut_out_takes_their_tokens_along(seller: Seller) -> None:
    member = make_member(seller, "mia")
    api = seller_caller(member, seller.number)
    assert api.get("/bills/").status == 200
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert api.get("/bills/").status == 401


def test_a_sellers_token_shows_that_seller_alone(olga: User, seller: Seller) -> None:
    """Also in the hands of an operator, or of a member of two sellers."""
    other = make_seller()
    member = make_member(seller, "mia")
    other.members.create(user=member)
    shown = seller_caller(member, seller.number).every("/deposits/")
    assert [row["seller"] for row in shown] == [seller.number]
    assert seller_caller(member, seller.number).get(f"/deposits/{other.number}/").status == 404
    assert seller_caller(olga, seller.number).every("/deposits/") == []


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer a b", "Bearer \u00e9", "Basic eDp5", "x"]
)
def test_a_header_that_is_no_token_opens_nothing(header: str) -> None:
    answer = Client().get(f"{BASE}/bills/", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_browser_reads_with_its_session_and_acts_with_its_csrf_token(olga: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(olga)
    assert browser.get(f"{BASE}/bills/").status_code == 200
    preview = f"{BASE}/bill-runs/preview/"
    body = {"cycle": "202601"}
    refused = browser.post(preview, body, "application/json")
    assert (refused.status_code, refused.json()["status"]) == (403, 403)
    browser.cookies["csrftoken"] = "a" * 32
    allowed = browser.post(preview, body, "application/json", headers={"x-csrftoken": "a" * 32})
    assert allowed.status_code == 200
