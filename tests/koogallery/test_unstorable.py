"""Text that cannot be stored is bad input wherever it comes, and never a fault of ours."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from koogallery.models import User
from koogallery.unstorable import OPEN_API

pytestmark = pytest.mark.django_db

#: What may stand for a part of an address: NUL, bytes that are no UTF-8, a number beyond any id.
STRANGE = ("S%00", "%FF%ED%A0%80" + "9" * 40)
#: As a form of a path writes the place of a part.
PART = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")


def addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[str]:
    """Every address pattern of the portal, as it is written."""
    for each in (resolver or get_resolver()).url_patterns:
        written = before + str(each.pattern).replace("\\", "").lstrip("^").removesuffix("$")
        if isinstance(each, URLResolver):
            yield from addresses(each, written)
        elif isinstance(each, URLPattern):
            yield written


WITH_PARTS = sorted({each for each in addresses() if PART.search(each)})
ALL = sorted({PART.sub("1", each) for each in addresses()})


@pytest.fixture
def console(client: Client) -> Client:
    client.raise_request_exception = False
    client.force_login(User.objects.create_superuser("mei"))
    return client


def sent(client: Client, method: str, address: str, *args: Any, **kwargs: Any) -> int:
    answer: Any = getattr(client, method)(address, *args, **kwargs)
    if answer.streaming:
        answer.close()
    return int(answer.status_code)


def test_the_walk_meets_every_part_of_the_portal() -> None:
    assert len(WITH_PARTS) > 200
    for place in ("/admin/", "/api/v1/", "/api/mkp-openapi-public/", "/bills/", "/accounts/"):
        assert any(each.startswith(place) for each in ALL), place


@pytest.mark.parametrize("strange", STRANGE)
def test_no_part_of_an_address_is_a_fault(console: Client, strange: str) -> None:
    answers = {address: sent(console, "get", PART.sub(strange, address)) for address in WITH_PARTS}
    assert {at: status for at, status in answers.items() if status >= 500} == {}
    if "%00" in strange:
        assert set(answers.values()) == {404}


def test_no_query_is_a_fault(console: Client) -> None:
    assert sent(console, "get", "/bills/?%00=x") == 400
    answers = {address: sent(console, "get", f"{address}?q=%00") for address in ALL}
    ours = {at: status for at, status in answers.items() if not at.startswith(OPEN_API)}
    assert {at: status for at, status in ours.items() if status != 400} == {}
    assert {status for at, status in answers.items() if at not in ours} <= {200, 400, 404, 405}


def test_no_form_is_a_fault(console: Client) -> None:
    pages = [each for each in ALL if not each.startswith(("/api/", *OPEN_API))]
    assert {at: sent(console, "post", at, {"q": "a\0b"}) for at in pages} == dict.fromkeys(
        pages, 400
    )
    assert sent(console, "post", "/accounts/login/", {"a\0": "b"}) == 400


def test_a_files_name_comes_without_what_cannot_be_printed(console: Client) -> None:
    file = SimpleUploadedFile("a\0.txt", b"x")
    assert sent(console, "post", "/apply/add/", {"file": file}) < 500


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "language", "messages", "theme"])
def test_no_cookie_is_a_fault(client: Client, name: str) -> None:
    client.raise_request_exception = False
    client.cookies.load({name: "x"})
    headers = {"cookie": rf'{name}="abcdefgh\000"'}
    for address in ("/", "/accounts/login/", "/admin/", "/api/v1/bills/"):
        client.cookies.clear()
        assert sent(client, "get", address, headers=headers) == 400, address


@pytest.mark.parametrize(
    "name", ["authorization", "x-request-id", "if-match", "idempotency-key", "user-agent", "accept"]
)
def test_no_header_is_a_fault(console: Client, name: str) -> None:
    for method, address in (("get", "/api/v1/bills/"), ("post", "/api/v1/exports/"), ("get", "/")):
        headers = {name: "Bearer x\0"}
        answer = getattr(console, method)(address, headers=headers)
        assert answer.status_code == 400, (method, address)


def test_the_api_names_the_parameter(console: Client) -> None:
    answer = console.get("/api/v1/bills/?seller=S%00")
    assert answer["Content-Type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert (error["parameter"], error["code"]) == ("seller", "unstorable_text")


def test_a_page_says_it_in_words(console: Client) -> None:
    answer = console.get("/bills/?cycle=x%00")
    assert (answer.status_code, answer["Cache-Control"]) == (400, "private, no-store")
    assert "The query string holds what cannot be stored" in answer.text
