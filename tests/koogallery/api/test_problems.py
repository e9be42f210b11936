"""Every refusal is an RFC 9457 document with a stable code."""

from typing import Any

import pytest
from django.db import DataError, OperationalError
from rest_framework.exceptions import Throttled, ValidationError

from koogallery.api.problems import InvalidQuery, answer_problem, invalid
from koogallery.kit.errors import (
    Conflict,
    Forbidden,
    IllegalTransition,
    InvalidInput,
    NotFound,
    Violation,
)
from tests.callers import Caller, operator_caller
from tests.settlement.builders import make_operator


def document(error: Exception) -> Any:
    answer = answer_problem(error, {})
    assert answer is not None
    assert answer.content_type == "application/problem+json"
    assert answer.data["status"] == answer.status_code
    return answer.data


def test_a_rule_that_is_broken_is_named() -> None:
    error = InvalidInput("Too much.", code="too_large", rule="R4.1", field="records.3.amount")
    assert document(error) == {
        "type": "urn:koogallery:problem:too_large",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "Too much.",
        "rule": "R4.1",
        "errors": [
            {
                "pointer": "/records/3/amount",
                "code": "too_large",
                "detail": "Too much.",
                "rule": "R4.1",
            }
        ],
    }


def test_every_violation_is_told() -> None:
    two = [Violation("a", "x", "A.", "R1.1"), Violation("b", "y", "B.")]
    told = document(InvalidInput.of(two))
    assert [error["pointer"] for error in told["errors"]] == ["/a", "/b"]
    assert told["detail"] == "A. B."


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Conflict("x"), 409, "conflict"),
        (IllegalTransition("x"), 409, "illegal_transition"),
        (Forbidden("x"), 403, "forbidden"),
        (NotFound("x"), 404, "not_found"),
        (DataError("x"), 422, "unstorable"),
    ],
)
def test_a_refusal_has_its_status(error: Exception, status: int, code: str) -> None:
    told = document(error)
    assert (told["status"], told["type"]) == (status, f"urn:koogallery:problem:{code}")
    assert [each["code"] for each in told["errors"]] == [code]


def test_errors_of_a_body_point_into_it() -> None:
    tree: Any = {
        "a/b~c": ["wrong"],
        "records": [{}, {"quantity": invalid("wrong", "negative", "R9.5").detail}],
        "sellers": {2: ["wrong"]},
        "non_field_errors": ["wrong"],
    }
    told = document(ValidationError(tree))
    assert [(each["pointer"], each["code"], each.get("rule")) for each in told["errors"]] == [
        ("/a~1b~0c", "invalid", None),
        ("/records/1/quantity", "negative", "R9.5"),
        ("/sellers/2", "invalid", None),
        ("", "invalid", None),
    ]
    assert told["rule"] == "R9.5"


def test_errors_of_a_query_name_the_parameter() -> None:
    [error] = document(InvalidQuery({"cycle": ["wrong"]}))["errors"]
    assert (error["parameter"], error["pointer"]) == ("cycle", "")


def test_who_has_to_wait_is_told_how_long() -> None:
    answer = answer_problem(Throttled(wait=7), {})
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize("fault", [ValueError("x"), OperationalError("x"), KeyError("x")])
def test_a_fault_of_ours_is_no_refusal(fault: Exception) -> None:
    assert answer_problem(fault, {}) is None


@pytest.fixture
def api(db: None) -> Caller:
    return operator_caller(make_operator())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/nothing/", 404),
        ("POST", "/bills", 404),
        ("GET", "/bills/B%00/", 404),
        ("GET", "/bills/../", 404),
        ("GET", f"/bills/{'x' * 61}/", 404),
        ("GET", "/bills/B202601-S000001/lines/", 404),
        ("DELETE", "/bills/", 405),
        ("PUT", "/bills/B202601-S000001/", 405),
        ("POST", "/bills/", 405),
    ],
)
def test_an_address_or_method_that_is_none(
    api: Caller, method: str, path: str, status: int
) -> None:
    answer = api.send(method, path)
    assert (answer.status, answer.media_type) == (status, "application/problem+json")


def test_only_json_is_answered(api: Caller) -> None:
    refused = api.client.get("/api/v1/bills/", headers={"accept": "text/html"})
    assert refused.status_code == 406
