"""Who manages people issues and rotates tokens of their own and revokes anybody's; shown once."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.models import AccessToken, Act, User
from sellers.rules.tokens import TokenTerms
from sellers.services.access import tokens
from tests.callers import Caller
from tests.settlement.builders import make_operator
from tests.tables import every_table

pytestmark = pytest.mark.django_db

LIST = "/admin/koogallery/accesstoken/"
ISSUE = f"{LIST}issue/"
ENTERED = {"name": "month-end", "valid_days": "30"}


@pytest.fixture
def olga(client: Client) -> User:
    user = User.objects.create_superuser("olga")
    client.force_login(user)
    return user


def a_token(user: User) -> AccessToken:
    terms = TokenTerms("till", timedelta(days=10))
    return tokens.issue_own_token(terms, actor=user).token


def page(token: AccessToken, verb: str = "") -> str:
    name, ends = ("decide", [verb]) if verb else ("change", [])
    return reverse(f"admin:koogallery_accesstoken_{name}", args=[token.number, *ends])


def shown_in(html: str) -> str:
    found = re.search(r'<code class="secret">(.+?)</code>', html)
    assert found, html
    return unescape(found[1])


def test_a_token_is_issued_with_its_terms_and_shown_once(client: Client, olga: User) -> None:
    asked = {**ENTERED, "allowed_networks": "127.0.0.0/8, ::1", "roles": ["auditor"]}
    answer = client.post(ISSUE, asked)
    assert "no-store" in answer["Cache-Control"]
    secret = shown_in(answer.text)
    token = AccessToken.objects.get(user=olga)
    assert (token.name, token.allowed_networks) == ("month-end", ["127.0.0.0/8", "::1/128"])
    assert (token.roles, token.is_for_operators) == (["auditor"], True)
    assert Caller(secret).get("/me/").body["roles"] == ["auditor"]
    for address in (LIST, page(token), ISSUE):
        assert secret not in client.get(address).text
    assert (Act.objects.latest("pk").verb, Act.objects.latest("pk").channel) == ("issued", "admin")


def test_what_cannot_be_issued_is_said_at_its_field(client: Client, olga: User) -> None:
    before = every_table()
    answer = client.post(ISSUE, {**ENTERED, "allowed_networks": "here"})
    assert "is no address and no network" in unescape(answer.text)
    assert client.post(ISSUE, {**ENTERED, "name": " "}).status_code == 200
    assert client.post(ISSUE, {**ENTERED, "valid_days": "9999"}).status_code == 200
    assert every_table() == before


def test_a_rotation_shows_the_successor_once(client: Client, olga: User) -> None:
    token = a_token(olga)
    answer = client.post(page(token, "rotate"), {"grace_minutes": "5"})
    assert "no-store" in answer["Cache-Control"]
    assert Caller(shown_in(answer.text)).get("/me/").status == 200
    token.refresh_from_db()
    assert token.state == "rotated" and token.replaced_by
    assert token.replaced_by.number in client.get(page(token)).text
    assert (
        "It is in the state “Rotated”." in client.post(page(token, "rotate"), {}, follow=True).text
    )
    refused = client.post(page(token.replaced_by, "rotate"), {"grace_minutes": "99999"})
    assert "0 to 1440 minutes" in refused.text


def test_a_revoked_token_is_refused_at_once(client: Client, olga: User) -> None:
    issued = tokens.issue_own_token(TokenTerms("till", timedelta(days=1)), actor=olga)
    assert Caller(issued.secret).get("/me/").status == 200
    assert "for good" in client.get(page(issued.token, "revoke")).text
    client.post(page(issued.token, "revoke"))
    assert Caller(issued.secret).get("/me/").status == 401
    assert page(issued.token, "revoke") not in client.get(page(issued.token)).text


def test_another_operators_token_is_revoked_and_never_rotated(client: Client, olga: User) -> None:
    theirs = a_token(make_operator("oscar"))
    assert page(theirs, "rotate") not in client.get(page(theirs)).text
    client.post(page(theirs, "rotate"), {})
    theirs.refresh_from_db()
    assert theirs.replaced_by is None
    assert theirs.number in client.get(LIST).text
    client.post(page(theirs, "revoke"))
    theirs.refresh_from_db()
    assert theirs.state == "revoked"


def test_who_does_not_manage_people_finds_no_tokens(client: Client) -> None:
    """Also not their own: those they have under `/tokens/`."""
    user = make_operator("oscar")
    token = a_token(user)
    client.force_login(user)
    before = every_table()
    assert client.get(LIST).status_code == 403
    assert client.post(ISSUE, ENTERED).status_code == 403
    assert client.get(page(token)).status_code == 403
    for verb in ("rotate", "revoke"):
        client.post(page(token, verb), {})
    assert every_table() == before


@pytest.mark.parametrize("state", ["active", "rotated", "expired", "revoked", "nonsense"])
def test_the_list_is_narrowed_by_state(client: Client, olga: User, state: str) -> None:
    token = a_token(olga)
    answer = client.get(LIST, {"state": state})
    if state == "nonsense":
        assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?e=1")
        return
    shown = token.number in answer.text
    assert shown is (state == "active")
    assert client.get(f"{LIST}\0/revoke/decide/").status_code == 404


def test_no_address_of_a_token_holds_its_digest(client: Client, olga: User) -> None:
    token = a_token(olga)
    shown = client.get(LIST).text + client.get(page(token)).text
    assert page(token) in shown
    assert token.pk not in shown
    assert client.get(f"{LIST}{token.pk}/change/").status_code == 404
