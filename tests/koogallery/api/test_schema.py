"""The published description: complete, valid, and shown without any other host."""

import json
import os
from copy import deepcopy
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from koogallery.api.schema import EXAMPLES, MEANINGS
from koogallery.api.urls import router
from koogallery.events.payloads import example_notice
from koogallery.kinds import KINDS
from tests.docs.examples import collect
from tools import description


@pytest.fixture(scope="module")
def schema() -> Any:
    return description.generated()


def test_it_is_openapi_3_1_without_warnings(schema: Any) -> None:
    assert schema["openapi"] == "3.1.1"
    assert description.faults(schema) == []


def test_what_openapi_does_not_know_is_a_fault(schema: Any) -> None:
    path = "/api/v1/bills/"
    wrong = {**schema, "paths": {path: deepcopy(schema["paths"][path])}, "components": {}}
    assert description.faults(wrong) == []
    wrong["paths"][path]["get"]["responses"]["200"].pop("description")
    assert any("'description' is a required" in fault for fault in description.faults(wrong))


def test_every_call_tells_its_refusals(schema: Any) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    for path, calls in schema["paths"].items():
        for method, call in calls.items():
            if path.startswith("/api/v1/schema"):
                continue
            for status in ("400", "401", "403"):
                answer = call["responses"][status]
                assert answer["content"]["application/problem+json"]["schema"] == problem
            waits = ("exports/{number}/file/", "batches/{number}/file/", "/simulation/", "/effect/")
            conflicts = method != "get" or path.endswith((*waits, "/wht-certificate/"))
            assert ("409" in call["responses"]) is conflicts, (method, path)
            assert call["security"] == [{"bearer": []}, {"session": []}]


def test_every_endpoint_is_described(schema: Any) -> None:
    described = {path.removeprefix("/api/v1/").partition("/")[0] for path in schema["paths"]}
    assert described - {"schema"} == {prefix.partition("/")[0] for prefix, *_ in router.registry}


def test_every_call_has_a_summary_and_a_tag_that_there_is(schema: Any) -> None:
    tags = {each["name"] for each in schema["tags"]}
    for path, calls in schema["paths"].items():
        for method, call in calls.items():
            assert 3 < len(call["summary"]) <= 120, (method, path, call["summary"])
            assert set(call["tags"]) <= tags
    assert schema["servers"] == [{"url": "/", "description": "This portal"}]


def test_amounts_are_decimal_strings(schema: Any) -> None:
    bill = schema["components"]["schemas"]["Bill"]["properties"]
    assert bill["net_payable"]["type"] == "string"
    asked = schema["components"]["schemas"]["RefundInputRequest"]["properties"]["amount"]
    assert asked["type"] == "string"
    assert "anyOf" not in asked


@pytest.mark.parametrize(
    "name", ["Bill", "BillLine", "Order", "Recovery", "Receivable", "SellerFields"]
)
def test_every_amount_rate_and_instant_says_what_it_is(name: str, schema: Any) -> None:
    fields = schema["components"]["schemas"][name]["properties"].items()
    unsaid = {key for key, each in fields if _is_measure(each) and "description" not in each}
    assert unsaid <= {"amount", "opened_at", "created_at"}


def _is_measure(field: Any) -> bool:
    return field.get("format") == "date-time" or str(field.get("pattern", "")).startswith(
        "^-?[0-9]"
    )


def test_every_meaning_is_that_of_a_field(schema: Any) -> None:
    described = schema["components"]["schemas"].values()
    fields = {name for each in described for name in each.get("properties", {})}
    assert set(json.loads(MEANINGS.read_text())) <= fields


def test_it_is_served_to_everyone() -> None:
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    served = yaml.load(answer.content, Loader=yaml.CSafeLoader)
    assert served["openapi"] == "3.1.1"


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = Client().get("/api/v1/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "http://" not in text
    assert "https://" not in text
    policy = page.headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "default-src 'self'" in policy


@pytest.mark.parametrize("name", ["schema", "docs"])
def test_what_is_refused_there_is_a_problem_in_json(name: str) -> None:
    client, address = Client(raise_request_exception=False), f"/api/v1/{name}/"
    refused = client.post(address)
    assert (refused.status_code, refused.json()["status"]) == (405, 405)
    assert client.get(address, headers={"accept": "image/png"}).json()["status"] == 406
    told = client.options(address)
    assert (told.status_code, told.content, "GET" in told["Allow"]) == (204, b"", True)


def headers_of(call: Any) -> set[str]:
    return {each["name"] for each in call["parameters"] if each["in"] == "header"}


def test_every_post_takes_an_idempotency_key(schema: Any) -> None:
    for calls in schema["paths"].values():
        if post := calls.get("post"):
            assert "Idempotency-Key" in headers_of(post)
            answers = [post["responses"][each] for each in post["responses"] if each < "300"]
            assert all("Idempotency-Replayed" in each["headers"] for each in answers)


def test_every_object_is_read_and_changed_by_its_tag(schema: Any) -> None:
    bill, approve = (schema["paths"][f"/api/v1/bills/{{number}}/{act}"] for act in ("", "approve/"))
    assert "If-None-Match" in headers_of(bill["get"])
    assert "ETag" in bill["get"]["responses"]["200"]["headers"]
    assert "304" in bill["get"]["responses"]
    for path, calls in schema["paths"].items():
        if patch := calls.get("patch"):
            assert "If-Match" in headers_of(patch), path
            assert "ETag" in patch["responses"]["200"]["headers"]
    assert "If-Match" in headers_of(approve["post"])
    assert "412" in approve["post"]["responses"]
    movements = schema["paths"]["/api/v1/deposits/{seller}/movements/"]
    assert "If-Match" in headers_of(movements["post"])
    assert "412" not in schema["paths"]["/api/v1/adjustments/"]["post"]["responses"]


def test_every_call_tells_how_long_to_wait(schema: Any) -> None:
    calls = [
        call
        for path, calls in schema["paths"].items()
        for call in calls.values()
        if not path.startswith("/api/v1/schema")
    ]
    assert all("Retry-After" in call["responses"]["429"]["headers"] for call in calls)


def test_a_part_of_a_row_is_described(schema: Any) -> None:
    bill = schema["components"]["schemas"]["Bill"]
    part = schema["components"]["schemas"]["PartOfBill"]
    assert part["properties"] == bill["properties"]
    assert "required" in bill
    assert "required" not in part
    read = schema["paths"]["/api/v1/bills/{number}/"]["get"]
    [fields] = [each for each in read["parameters"] if each["name"] == "fields"]
    assert fields["schema"]["items"]["enum"] == list(bill["properties"])
    assert fields["explode"] is False
    either = [{"$ref": f"#/components/schemas/{name}"} for name in ("Bill", "PartOfBill")]
    assert read["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"] == either
    rows = schema["components"]["schemas"]["PaginatedBillList"]["properties"]["results"]
    assert rows["items"]["anyOf"] == either


@pytest.fixture(scope="module")
def parts(schema: Any) -> Any:
    """What the description refers to, looked through once."""
    whole = Resource.from_contents(schema, default_specification=DRAFT202012)
    return Registry().with_resource("urn:description", whole).crawl()


def judge(parts: Any, part: Any, value: Any) -> list[str]:
    """What is wrong with a value, by a part of the description."""
    absolute = json.loads(json.dumps(part).replace('"#/', '"urn:description#/'))
    judged = Draft202012Validator(absolute, registry=parts).iter_errors(value)
    return [error.message for error in judged]


def test_every_body_has_an_example_that_fits_it(schema: Any, parts: Any) -> None:
    missing = []
    for path, calls in schema["paths"].items():
        for method, call in calls.items():
            content = call.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None:
                continue
            if "example" not in content:
                missing.append((method, path))
            else:
                assert judge(parts, content["schema"], content["example"]) == [], (method, path)
    assert missing == []


def test_the_examples_are_those_that_the_page_sends() -> None:
    if os.environ.get("EXAMPLES") == "write":
        EXAMPLES.write_text(json.dumps(collect(), indent=1, ensure_ascii=False) + "\n")
    assert json.loads(EXAMPLES.read_text()) == collect(), "set EXAMPLES=write"


def test_every_kind_of_event_is_a_webhook(schema: Any, parts: Any) -> None:
    assert set(schema["webhooks"]) == {*KINDS, "customer_notice", "test.ping"}
    for kind in KINDS.values():
        body = schema["webhooks"][kind.name]["post"]["requestBody"]["content"]["application/json"]
        event: dict[str, Any] = {
            "id": "EV-S-1-1",
            "sequence": 1,
            "type": kind.name,
            "occurred_at": "2026-03-09T02:00:04Z",
            "seller": "S-1",
            "data": {
                **example_notice(kind, "S-1", timezone.now()).facts,
                "links": {"seller": "/api/v1/sellers/S-1/"},
            },
        }
        assert judge(parts, body["schema"], event) == [], kind.name
        for required in set(kind.facts) - kind.optional:
            data = {name: value for name, value in event["data"].items() if name != required}
            assert judge(parts, body["schema"], {**event, "data": data}), (kind.name, required)
        assert judge(parts, body["schema"], {**event, "type": "other"})


def test_the_description_says_whom_to_ask(schema: Any) -> None:
    assert schema["info"]["contact"]["url"].startswith("https://")
    assert schema["info"]["license"]["name"]
