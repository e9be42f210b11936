"""A call that will be given up says so: in its answers, and in the published description."""

from datetime import UTC, datetime
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from koogallery.api.deprecation import Deprecation
from sellers.api.views import ProductViewSet
from tests.callers import operator_caller
from tests.settlement.builders import make_operator

OUTGOING = Deprecation(
    since=datetime(2026, 1, 1, tzinfo=UTC),
    sunset=datetime(2027, 1, 1, tzinfo=UTC),
    successor="/api/v2/products/",
)


@pytest.fixture
def _listing_products_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProductViewSet, "deprecated", {"list": OUTGOING})


@pytest.mark.django_db
@pytest.mark.usefixtures("_listing_products_is_given_up")
def test_its_answers_say_since_when_until_when_and_what_instead() -> None:
    api = operator_caller(make_operator())
    headers = api.get("/products/").response.headers
    assert headers["Deprecation"] == "@1767225600"
    assert headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert headers["Link"] == '</api/v2/products/>; rel="successor-version"'
    assert "Deprecation" in api.get("/products/", {"nonsense": "1"}).response.headers
    assert "Deprecation" not in api.post("/products/", {}).response.headers


@pytest.mark.usefixtures("_listing_products_is_given_up")
def test_the_description_says_so() -> None:
    generator: Any = SchemaGenerator
    paths = generator().get_schema(request=None, public=True)["paths"]
    call = paths["/api/v1/products/"]["get"]
    assert call["deprecated"] is True
    assert "works until 2027-01-01; use /api/v2/products/." in call["description"]
    assert "Sunset" in call["responses"]["200"]["headers"]
    assert not paths["/api/v1/products/"]["post"].get("deprecated")
