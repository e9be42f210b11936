"""Who calls too often is asked to wait; the others are not."""

from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.test import Client

from koogallery.api.throttling import TokenThrottle
from koogallery.models import IdempotencyKey
from tests.callers import Caller, operator_caller
from tests.settlement.builders import make_operator
from tests.tables import every_table

pytestmark = pytest.mark.django_db

SELLER = {"company_name": "Fabrikam", "country": "SG", "settlement_currency": "USD"}


@pytest.fixture
def _three_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenThrottle, "rate", "3/minute", raising=False)


@pytest.fixture
def api() -> Caller:
    return operator_caller(make_operator("olga"))


def statuses(api: Caller, calls: int) -> list[int]:
    return [api.get("/sellers/").status for _ in range(calls)]


@pytest.mark.usefixtures("_three_a_minute")
def test_who_calls_too_often_is_told_when_to_come_again(api: Caller) -> None:
    assert statuses(api, 3) == [200] * 3
    before = every_table()
    refused = api.post("/sellers/", SELLER, idempotency_key="k")
    assert (refused.status, refused.media_type) == (429, "application/problem+json")
    assert refused.body["type"] == "urn:koogallery:problem:throttled"
    assert 1 <= int(refused.response.headers["Retry-After"]) <= 60
    assert every_table() == before
    assert not IdempotencyKey.objects.exists()


@pytest.mark.usefixtures("_three_a_minute")
def test_every_answer_tells_the_limit_and_what_is_left_of_it(api: Caller) -> None:
    answers = [api.get("/sellers/"), api.get("/sellers/S-NONE/"), api.post("/sellers/", b"{")]
    answers.append(api.get("/sellers/"))
    assert [answer.status for answer in answers] == [200, 404, 400, 429]
    headers = [answer.response.headers for answer in answers]
    assert {each["RateLimit-Policy"] for each in headers} == {'"token";q=3;w=60'}
    assert [each["RateLimit"].partition(";t=")[0] for each in headers] == [
        f'"token";r={left}' for left in (2, 1, 0, 0)
    ]
    assert "RateLimit" not in Caller(None).get("/sellers/").response.headers


@pytest.mark.usefixtures("_three_a_minute")
def test_each_token_is_counted_for_itself(api: Caller) -> None:
    other = operator_caller(make_operator("oscar"))
    assert statuses(api, 4) == [200, 200, 200, 429]
    assert statuses(other, 3) == [200] * 3


@pytest.mark.usefixtures("_three_a_minute")
def test_a_browser_is_counted_by_its_user() -> None:
    browser = Client()
    browser.force_login(make_operator("olga"))
    answers = [browser.get("/api/v1/sellers/").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


@pytest.mark.usefixtures("_three_a_minute")
def test_the_description_is_not_counted() -> None:
    assert {Client().get("/api/v1/nothing/").status_code for _ in range(5)} == {404}


def test_the_wait_is_a_second_at_least(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenThrottle, "rate", "1/second", raising=False)
    answers = [api.get("/sellers/") for _ in range(20)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused
    assert {answer.response.headers["Retry-After"] for answer in refused} == {"1"}


def test_without_redis_everybody_is_served(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenThrottle, "cache", RedisCache("redis://127.0.0.1:1/0", {}))
    assert statuses(api, 5) == [200] * 5


def test_the_count_is_in_redis_by_socket_or_address() -> None:
    assert settings.CACHES["default"]["LOCATION"] == settings.REDIS_URL
    for location in (settings.REDIS_URL, f"{settings.REDIS_URL}?db=1"):
        there = RedisCache(location, {})
        there.set("a", [1.5], 10)
        assert there.get("a") == [1.5]
    assert cache.get("a") is None  # keys of the portal have a prefix


def test_a_deployment_sets_the_rate() -> None:
    rest: Any = settings.REST_FRAMEWORK
    assert TokenThrottle().rate == rest["DEFAULT_THROTTLE_RATES"]["token"]
