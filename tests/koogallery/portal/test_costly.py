"""What is made at some cost has one limit for each user, in console, admin and API."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from koogallery.api.throttling import CostlyThrottle
from koogallery.api.urls import router
from koogallery.portal.costly import COSTLY_PAGES
from koogallery.urls import console
from tests.callers import operator_caller
from tests.settlement.builders import make_operator

pytestmark = pytest.mark.django_db

FILES = {"export", "file", "content", "report"}


def test_every_costly_page_is_there() -> None:
    names = {str(page.name) for page in console} | {
        str(name) for name in get_resolver().reverse_dict if isinstance(name, str)
    }
    admin = {str(name) for name in get_resolver().namespace_dict["admin"][1].reverse_dict}
    assert COSTLY_PAGES <= names | admin


def test_every_file_of_the_api_is_costly() -> None:
    files = {
        (view_set.__name__, action)
        for _, view_set, _ in router.registry
        for action in FILES
        if hasattr(view_set, action)
    }
    named = {
        (v.__name__, action) for _, v, _ in router.registry for action in getattr(v, "costly", ())
    }
    assert files <= named and len(files) >= 4


def test_a_user_has_one_limit_for_console_and_api(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(CostlyThrottle, "rate", "2/minute", raising=False)
    olga = make_operator("olga")
    client.force_login(olga)
    assert client.get("/search/?q=x").status_code == 200
    assert operator_caller(olga).get("/bills/B1/export/", {"format": "csv"}).status == 404
    refused = client.get("/search/?q=x")
    assert refused.status_code == 429 and int(refused["Retry-After"]) > 0
    assert operator_caller(olga).get("/bills/B1/export/", {"format": "csv"}).status == 429
    assert client.get("/accounts/login/").status_code == 302
    client.force_login(make_operator("oscar"))
    assert client.get("/search/?q=x").status_code == 200
