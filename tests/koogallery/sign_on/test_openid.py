"""Single sign-on by OpenID Connect, against a provider that signs, and one that lies."""

import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from koogallery.checks import single_sign_on_is_whole
from koogallery.kit.errors import Forbidden
from koogallery.models import AccountMail, Act, User
from koogallery.own_hand import changed_by_another, require_own_hand
from koogallery.people import remove_single_sign_on
from koogallery.portal.single_sign_on import SIGNED_OUT
from tests.books import is_refused
from tests.koogallery.sign_on.issuer import (
    BEGIN,
    CLIENT,
    FINISH,
    OUT,
    SECRET,
    Issuer,
    new_key,
    running,
)

pytestmark = pytest.mark.django_db

OLGA = {"email": "Olga@example.com", "email_verified": True}
NOT_SIGNED_IN = "not signed in"


@pytest.fixture(scope="module")
def provider() -> Iterator[Issuer]:
    with running() as issuer:
        yield issuer


@pytest.fixture
def issuer(provider: Issuer, settings: Any) -> Issuer:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = provider.url, CLIENT
    settings.OIDC_CLIENT_SECRET = SECRET
    settings.FRESH_SIGN_IN_MINUTES = 15
    cache.clear()
    provider.says, provider.key, provider.left_out = provider.url, provider.published, set()
    return provider


@pytest.fixture
def olga() -> User:
    return User.objects.create_user("olga", "olga@example.com", is_staff=True)


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def told_by(answer: Any) -> str:
    assert answer.status_code == 403 and NOT_SIGNED_IN in answer.text, answer
    return str(answer.text)


def test_an_operator_is_linked_by_a_verified_address_and_then_by_the_subject(
    issuer: Issuer, olga: User
) -> None:
    client = Client()
    assert "SSO" in client.get("/accounts/login/").text
    assert issuer.sign_in(client, **OLGA)["Location"] == "/account/"
    assert (is_in(client), issuer.asked["code_challenge_method"]) == (True, "S256")
    assert issuer.asked["max_age"] == "900"
    [link] = SocialAccount.objects.values_list("user", "provider", "uid", "extra_data")
    assert link == (olga.pk, "oidc", "s-1", {})
    act = Act.objects.of("person", "olga").get(verb="changed")
    assert (act.actor, act.changes) == (None, {"single_sign_on": [None, "oidc s-1"]})
    assert AccountMail.objects.filter(user=olga, kind="single_sign_on_linked").exists()
    with pytest.raises(Forbidden) as refusal:
        require_own_hand(olga)
    assert refusal.value.code == "changed_by_another" and "SSO" in refusal.value.detail
    elsewhere = Client()
    issuer.sign_in(elsewhere, email="another@example.com")
    assert is_in(elsewhere)
    assert Act.objects.of("person", "olga").filter(verb="changed").count() == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "olga@example.com"},
        {"email": "olga@example.com", "email_verified": "true"},
        {"email": "nia@example.com", "email_verified": True},
        {"email": "mia@example.com", "email_verified": True},
        {"email": "gone@example.com", "email_verified": True},
        {},
    ],
    ids=["not verified", "a word", "nobody", "a seller's", "no longer here", "no address"],
)
def test_nobody_else_is_let_in_or_made(claims: dict[str, Any], issuer: Issuer, olga: User) -> None:
    User.objects.create_user("mia", "mia@example.com")
    User.objects.create_user("gone", "gone@example.com", is_staff=True, is_active=False)
    client = Client()
    told_by(issuer.sign_in(client, **claims))
    assert not is_in(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (3, 0)


def test_refusals_are_told_in_the_language_of_the_browser(issuer: Issuer) -> None:
    client = Client(headers={"Accept-Language": "zh-hans"})
    assert "没有" in issuer.sign_in(client).text


def test_an_address_of_two_and_one_that_is_somebody_elses_are_refused(
    issuer: Issuer, olga: User
) -> None:
    issuer.sign_in(Client(), **OLGA)
    assert "somebody else" in told_by(issuer.sign_in(Client(), **OLGA, sub="s-2"))
    User.objects.create_user("olga2", "OLGA@example.com", is_staff=True)
    assert "Several" in told_by(issuer.sign_in(Client(), **OLGA, sub="s-3"))


@pytest.mark.parametrize("gone", ["is_active", "is_staff"])
def test_a_link_of_who_left_lets_nobody_in(gone: str, issuer: Issuer, olga: User) -> None:
    issuer.sign_in(Client(), **OLGA)
    User.objects.filter(pk=olga.pk).update(**{gone: False})
    assert "no longer" in told_by(issuer.sign_in(Client(), **OLGA))


#: Of the session of tests, which may have begun long ago.
NOW = int(time.time())
UNTRUE = {
    "another audience": {"aud": "another"},
    "made for another client": {"aud": [CLIENT, "another"], "azp": "another"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "too old": {"exp": NOW - 60},
    "from the future": {"iat": NOW + 86_400},
    "no subject": {"sub": ""},
    "of another sign-in": {"nonce": "another"},
}


@pytest.mark.parametrize("untrue", UNTRUE.values(), ids=UNTRUE)
def test_a_token_that_is_not_for_us_and_now_counts_for_nothing(
    untrue: dict[str, Any], issuer: Issuer, olga: User
) -> None:
    told_by(issuer.sign_in(client := Client(), **OLGA | untrue))
    assert not is_in(client) and not SocialAccount.objects.exists()


def test_a_signature_has_to_be_the_providers(issuer: Issuer, olga: User) -> None:
    issuer.key = new_key()
    told_by(issuer.sign_in(Client(), **OLGA))
    with pytest.MonkeyPatch.context() as patch:
        keys: list[tuple[str, Any]] = [("none", None), ("HS256", SECRET)]
        for algorithm, key in keys:
            now = int(time.time())
            body = {"iss": issuer.url, "aud": CLIENT, "iat": now, "exp": now + 60, "sub": "s-1"}
            token = jwt.encode(body | OLGA, key, algorithm, headers={"kid": "1"})
            patch.setattr(issuer, "signed", lambda token=token, **_: token)
            told_by(issuer.sign_in(Client()))
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "left_out", ["id_token", "exp", "iat", "aud", "sub", "nonce", "access_token"]
)
def test_what_is_left_out_is_not_made_up(left_out: str, issuer: Issuer, olga: User) -> None:
    issuer.left_out = {left_out}
    told_by(issuer.sign_in(Client(), **OLGA))


def test_a_provider_of_another_name_is_none(issuer: Issuer, olga: User) -> None:
    issuer.says = "https://elsewhere.example"
    told_by(issuer.sign_in(Client(), **OLGA))


def test_an_answer_counts_once_in_the_browser_that_asked(issuer: Issuer, olga: User) -> None:
    client = Client()
    issuer.begin(client)
    told_by(issuer.finish(Client(), **OLGA))
    assert issuer.finish(client, **OLGA).status_code == 302
    told_by(issuer.finish(client, **OLGA))
    issuer.begin(client := Client())
    issuer.asked["code_challenge"] = "of another's code"
    told_by(issuer.finish(client, **OLGA))
    issuer.begin(client)
    told_by(client.get(FINISH, {"error": "access_denied", "state": issuer.asked["state"]}))


def test_a_sign_in_there_that_is_old_is_none_here(issuer: Issuer, olga: User) -> None:
    assert "too long ago" in told_by(issuer.sign_in(Client(), **OLGA, auth_time=NOW - 3600))
    issuer.left_out = {"auth_time"}
    assert "too long ago" in told_by(issuer.sign_in(Client(), **OLGA))


def test_a_second_factor_is_believed_where_a_setting_says_so(
    issuer: Issuer, olga: User, settings: Any
) -> None:
    settings.OPERATORS_SECOND_FACTOR = True
    client = Client()
    issuer.sign_in(client, **OLGA, amr=["pwd", "mfa"])
    assert client.get("/admin/")["Location"] == "/account/"
    settings.SSO_SECOND_FACTORS = ["mfa"]
    issuer.sign_in(client := Client(), **OLGA, amr=["pwd"])
    assert client.get("/admin/")["Location"] == "/account/"
    issuer.sign_in(client, **OLGA, amr=["pwd", "mfa"])
    assert client.get("/admin/").status_code == 200


def test_who_has_to_show_that_it_is_still_them_does_so_there(issuer: Issuer, olga: User) -> None:
    client = Client()
    issuer.sign_in(client, **OLGA, auth_time=int(time.time()) - 600)
    session = client.session
    session["account_authentication_methods"][0]["at"] = NOW - 3600
    session["mark"] = "mine"
    session.save()
    asked = client.get("/accounts/again/?next=/account/")
    assert asked["Location"] == f"{BEGIN}?next=%2Faccount%2F"
    assert issuer.sign_in(client, **OLGA)["Location"] == "/account/"
    assert client.session["mark"] == "mine"
    assert client.session["account_authentication_methods"][-1]["at"] >= NOW


def test_another_operator_at_the_same_browser_gets_another_session(
    issuer: Issuer, olga: User
) -> None:
    client = Client()
    client.force_login(User.objects.create_user("omar", is_staff=True))
    session = client.session
    session["mark"] = "his"
    session.save()
    issuer.sign_in(client, **OLGA)
    assert (client.session.get("mark"), client.session["_auth_user_id"]) == (None, str(olga.pk))


def test_groups_give_roles_and_take_them_where_they_are_mapped(
    issuer: Issuer, olga: User, settings: Any
) -> None:
    settings.SSO_ROLES = {"Books": ["auditor", "viewer"], "Refunds": ["refund_officer"]}
    nia = {"email": "nia@example.com", "email_verified": True, "sub": "s-9", "given_name": "Nia"}
    told_by(issuer.sign_in(Client(), **nia, groups=["Sales"]))
    issuer.sign_in(client := Client(), **nia, groups=["Books"])
    made = User.objects.get(username="nia@example.com")
    assert is_in(client) and not made.has_usable_password()
    assert (made.operator_roles, made.is_superuser) == (["viewer", "auditor"], False)
    assert changed_by_another(made)
    issuer.sign_in(Client(), **nia, groups="Refunds")
    made.refresh_from_db()
    assert made.operator_roles == ["refund_officer"]
    issuer.sign_in(Client(), **nia, groups=[])
    made.refresh_from_db()
    assert made.operator_roles == []
    roles = [act.changes.get("operator_roles") for act in Act.objects.of("person", made.username)]
    assert [each[1] for each in roles if each] == [["viewer", "auditor"], ["refund_officer"], []]


def test_a_superuser_removes_a_link_and_what_it_let_in(issuer: Issuer, olga: User) -> None:
    root = User.objects.create_superuser("root")
    issuer.sign_in(client := Client(), **OLGA)
    is_refused("operator_only", "", remove_single_sign_on, "olga", actor=olga)
    remove_single_sign_on("olga", actor=root)
    assert not is_in(client)
    is_refused("not_linked", "", remove_single_sign_on, "olga", actor=root)
    act = Act.objects.of("person", "olga").latest("pk")
    assert (act.actor, act.changes) == (root, {"single_sign_on": ["oidc s-1", None]})


def out_token(issuer: Issuer, **claims: Any) -> str:
    issuer.kind = claims.pop("kind", "logout+jwt")
    signed = issuer.signed(**{"jti": "j", "events": {SIGNED_OUT: {}}} | claims)
    issuer.kind = "JWT"
    return signed


def test_whoever_signs_out_there_is_signed_out_here(issuer: Issuer, olga: User) -> None:
    issuer.sign_in(client := Client(), **OLGA)
    for wrong in (
        {"sub": "s-2"},
        {"events": {}, "jti": "1"},
        {"nonce": "n", "jti": "2"},
        {"kind": "JWT", "jti": "6"},
        {"aud": "another"},
        {"exp": NOW - 60},
        {"iat": NOW - 7200, "jti": "3"},
    ):
        Client().post(OUT, {"logout_token": out_token(issuer, **wrong)})
        assert is_in(client), wrong
    issuer.key = new_key()
    assert Client().post(OUT, {"logout_token": out_token(issuer, jti="4")}).status_code == 400
    issuer.key = issuer.published
    token = out_token(issuer, jti="5")
    answers = [Client().post(OUT, {"logout_token": token}).status_code for _ in range(2)]
    assert (answers, is_in(client)) == ([200, 400], False)


def test_nobody_is_signed_in_by_another_site(issuer: Issuer, olga: User) -> None:
    led = Client().get(BEGIN, headers={"Sec-Fetch-Site": "cross-site"})
    assert led["Location"] == "/accounts/login/"
    assert issuer.url in Client().get(BEGIN, headers={"Sec-Fetch-Site": "same-origin"})["Location"]


def test_a_token_that_signs_out_signs_nobody_in(issuer: Issuer, olga: User) -> None:
    issuer.kind = "logout+jwt"
    try:
        told_by(issuer.sign_in(Client(), **OLGA))
    finally:
        issuer.kind = "JWT"


def test_without_a_provider_there_is_no_door(client: Client) -> None:
    assert client.get(BEGIN).status_code == 404
    assert "/accounts/sso/" not in client.get("/accounts/login/").text


def test_half_a_provider_is_an_error(settings: Any) -> None:
    assert single_sign_on_is_whole() == []
    settings.OIDC_ISSUER, settings.SAML_ENTITY_ID = "https://a.example", "https://b.example"
    settings.SSO_ROLES = {"Everybody": ["king"]}
    assert len(single_sign_on_is_whole()) == 4


def test_a_provider_that_is_away_is_told(issuer: Issuer, settings: Any) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert "does not answer" in told_by(Client().get(BEGIN))
