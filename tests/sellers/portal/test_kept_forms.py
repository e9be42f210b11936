"""What was typed when the session ended waits for its person, and for nobody else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from koogallery.kept_forms import MOST_CHARACTERS
from koogallery.models import User
from sellers.models import BankAccount, ProductApplication
from tests.sellers.applying import BANK, a_member
from tests.world import a_seller

pytestmark = pytest.mark.django_db

PASSWORD = "the-former-one-1"
FORM, TYPED = "/products/applications/add/", "Keeps strangers out, typed by hand."
PRODUCT = {"name": "Firewall", "description": TYPED, "delivery_method": "saas"}


@pytest.fixture
def mia() -> User:
    user = a_member(a_seller("S-1"), "mia")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, name: str, then: str = "/") -> Any:
    entered = {"username": name, "password": PASSWORD, "next": then}
    return client.post("/accounts/login/", entered)


def expired(name: str = "mia") -> Client:
    """A browser whose session is gone, and that was signed in to this account last."""
    client = Client()
    assert sign_in(client, name).status_code == 302
    client.cookies.pop("sessionid")
    return client


def test_what_was_typed_is_back_after_signing_in(mia: User) -> None:
    client = expired()
    answer = client.post(FORM, {**PRODUCT, "submit": "1"})
    assert answer["Location"] == f"/accounts/login/?next={FORM}"
    assert "What you typed is kept" in client.get(answer["Location"]).text
    assert sign_in(client, "mia", FORM)["Location"] == FORM
    for _ in range(2):
        html = client.get(FORM).text
        assert TYPED in html and "it has not been sent" in html
    assert TYPED not in client.get("/apply/add/").text
    client.post(FORM, PRODUCT)
    assert ProductApplication.objects.get().description == TYPED
    assert TYPED not in client.get(FORM).text


def test_it_is_nobody_elses_and_over_in_an_hour(mia: User) -> None:
    other = a_member(a_seller("S-2"), "noa")
    other.set_password(PASSWORD)
    other.save()
    client = expired()
    client.post(FORM, PRODUCT)
    sign_in(client, "noa")
    assert TYPED not in client.get(FORM).text
    client = expired()
    client.post(FORM, PRODUCT)
    sign_in(client, "mia")
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert TYPED not in client.get(FORM).text


def test_what_is_not_kept_leads_to_sign_in_all_the_same(mia: User) -> None:
    """Of a browser that nobody signed in with, too much, and acts without a page."""
    stranger = Client()
    assert stranger.post(FORM, PRODUCT)["Location"].startswith("/accounts/login/")
    client, much = expired(), {**PRODUCT, "description": "x" * MOST_CHARACTERS}
    client.post(FORM, much)
    sign_in(client, "mia")
    stranger.force_login(mia)
    for each in (client, stranger):
        assert "it has not been sent" not in each.get(FORM).text
    referer = {"Referer": "http://testserver/settings/members/"}
    answer = expired().post("/settings/members/remove/", {"username": "mia"}, headers=referer)
    assert answer["Location"].endswith("http%3A//testserver/settings/members/")


def test_an_old_sign_in_that_is_asked_again_keeps_it_too(mia: User, settings: Any) -> None:
    settings.FRESH_SIGN_IN_MINUTES = 30
    client, form = Client(), "/settings/company/bank-account/"
    sign_in(client, "mia")
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        asked = client.post(form, BANK)["Location"]
        client.post(asked, {"password": PASSWORD})
        assert 'value="HASPDEHH"' in client.get(form).text
    assert not BankAccount.objects.exists()
