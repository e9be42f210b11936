"""The published description: complete, valid, and shown without any other host."""

from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from koogallery.api.urls import router


@pytest.fixture(scope="module")
def schema() -> Any:
    written = StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", stdout=written)
    return yaml.safe_load(written.getvalue())


def test_it_is_openapi_3_1_without_warnings(schema: Any) -> None:
    assert schema["openapi"] == "3.1.1"


def test_every_call_tells_its_refusals(schema: Any) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for path, calls in schema["paths"].items():
        for method, call in calls.items():
            if path.startswith("/api/v1/schema"):
                continue
            for status in ("400", "401", "403"):
                answer = call["responses"][status]
                assert answer["content"]["application/problem+json"]["schema"] == problem
            assert ("409" in call["responses"]) is (method != "get"), (method, path)
            assert call["security"] == [{"bearer": []}, {"session": []}]


def test_every_endpoint_is_described(schema: Any) -> None:
    described = {path.removeprefix("/api/v1/").partition("/")[0] for path in schema["paths"]}
    assert described - {"schema"} == {prefix.partition("/")[0] for prefix, *_ in router.registry}


def test_amounts_are_decimal_strings(schema: Any) -> None:
    bill = schema["components"]["schemas"]["Bill"]["properties"]
    assert bill["net_payable"]["type"] == "string"
    asked = schema["components"]["schemas"]["RefundInputRequest"]["properties"]["amount"]
    assert [each["type"] for each in asked["anyOf"]] == ["string", "number"]


def test_it_is_served_to_everyone() -> None:
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["openapi"] == "3.1.1"


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/api/v1/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "http://" not in text
    assert "https://" not in text
    policy = page.headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "default-src 'self'" in policy
