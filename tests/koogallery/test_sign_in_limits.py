"""Signing in: names cannot be tried from one address, nor threads taken, nor rows left behind."""

from collections.abc import Iterator
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client

from koogallery import sign_in_limits
from koogallery.models import Act, User

pytestmark = pytest.mark.django_db

PAGE = "/accounts/login/"
PASSWORD = "right-one-1"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, name: str, password: str = "wrong", **more: Any) -> Any:
    return client.post(PAGE, {"username": name, "password": password}, **more)


def test_many_names_from_one_address_are_refused(client: Client, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_OF_ADDRESS = 3
    User.objects.create_user("mia", password=PASSWORD)
    for name in "abc":
        assert sign_in(client, name).status_code == 200
    refused = sign_in(client, "mia", PASSWORD)
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    elsewhere = sign_in(client, "mia", PASSWORD, REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 302


def test_an_ipv6_network_is_one_address(client: Client, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_OF_ADDRESS = 3
    for name in "abc":
        sign_in(client, name, REMOTE_ADDR=f"2001:db8::{name}")
    assert sign_in(client, "d", REMOTE_ADDR="2001:db8::d").status_code == 429
    assert sign_in(client, "d", REMOTE_ADDR="2001:db8:0:1::d").status_code == 200


def test_one_name_from_many_addresses_is_refused_but_where_it_is_usual(
    client: Client, settings: Any
) -> None:
    settings.SIGN_IN_FAILURES_OF_NAME = 3
    User.objects.create_user("mia", password=PASSWORD)
    home = {"REMOTE_ADDR": "198.51.100.7"}
    assert sign_in(client, "mia", PASSWORD, **home).status_code == 302
    for last in range(3):
        sign_in(Client(), "mia", REMOTE_ADDR=f"203.0.113.{last}")
    assert sign_in(Client(), "mia", PASSWORD, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert sign_in(Client(), "mia", PASSWORD, **home).status_code == 302


def test_what_is_typed_as_a_name_stands_nowhere(client: Client) -> None:
    before = Act.objects.count()
    sign_in(client, "My-Secret-Passw0rd!")
    assert Act.objects.count() == before
    [attempt] = AccessAttempt.objects.values()
    assert "My-Secret-Passw0rd!" not in str(attempt)
    User.objects.create_user("mia")
    sign_in(client, "mia")
    assert Act.objects.latest("pk").object_number == "mia"


def test_passwords_are_compared_by_few_threads_at_once(client: Client, settings: Any) -> None:
    taken = [sign_in_limits._hashing.acquire() for _ in range(settings.SIGN_INS_AT_ONCE)]
    try:
        refused = sign_in(client, "mia")
        assert (refused.status_code, refused["Retry-After"]) == (429, "2")
        assert client.get(PAGE).status_code == 200
    finally:
        for _ in taken:
            sign_in_limits._hashing.release()
    assert sign_in(client, "mia").status_code == 200
