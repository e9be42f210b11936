"""JSON as the contract means it."""

import io
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.test import APIRequestFactory

from koogallery.api.asked import NoInput
from koogallery.api.fields import BoundedListField, TextField
from koogallery.api.parsers import (
    MAX_BULK_BYTES,
    MAX_BYTES,
    BulkJSONParser,
    StrictJSONParser,
    TooLarge,
)
from koogallery.api.problems import answer_problem, errors_within
from koogallery.kit.errors import InvalidInput, Violation


def parse(raw: bytes) -> Any:
    return BulkJSONParser().parse(io.BytesIO(raw))


def test_numbers_are_read_exactly() -> None:
    assert parse(b'{"a": 0.1, "b": 1e400, "c": 12}') == {
        "a": Decimal("0.1"),
        "b": Decimal("1e400"),
        "c": 12,
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"NaN",
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 2}',
        b'{"a": 1e99999999999999999999}',
        b"9" * 5000,
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 21 + b"]" * 21,
        b'{"a":' * 21 + b"1" + b"}" * 21,
        b"{" + b",".join(b'"k%d":1' % each for each in range(101)) + b"}",
    ],
)
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    with pytest.raises(ParseError):
        parse(raw)


def test_a_number_that_is_too_long_is_refused_in_words_of_ours() -> None:
    with pytest.raises(ParseError, match="a number has more than 1000 digits"):
        parse(b"9" * 5000)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (rb'{"a": "x\u0000"}', {"a": "unstorable_text"}),
        (rb'{"a": [{"b": "\ud800"}]}', {"a": {0: {"b": "unstorable_text"}}}),
        (rb'{"a": {"\u0000": 1}}', {"a": "unstorable_text"}),
        (rb'"\udfff"', "unstorable_text"),
    ],
)
def test_text_that_cannot_be_stored_is_named(raw: bytes, told: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        parse(raw)
    codes = refusal.value.get_codes()
    assert _without_lists(codes) == told


def test_a_pair_of_surrogates_is_a_sign_like_any_other() -> None:
    assert parse(rb'"\ud83d\ude00"') == "\N{GRINNING FACE}"


def test_the_deepest_and_the_widest_body_are_read() -> None:
    assert parse(b"[" * 20 + b"1" + b"]" * 20)
    assert len(parse(b"{" + b",".join(b'"k%d":1' % each for each in range(100)) + b"}")) == 100


@pytest.mark.parametrize(
    ("parser", "most"), [(StrictJSONParser, MAX_BYTES), (BulkJSONParser, MAX_BULK_BYTES)]
)
def test_a_body_has_a_limit(parser: type[StrictJSONParser], most: int) -> None:
    assert parser().parse(io.BytesIO(b"1" + b" " * (most - 1))) == 1
    with pytest.raises(TooLarge):
        parser().parse(io.BytesIO(b"1" + b" " * most))


def test_a_body_that_says_it_is_too_long_is_not_even_read() -> None:
    stream = io.BytesIO(b" " * (MAX_BYTES + 1))
    request = APIRequestFactory().generic("POST", "/", "", CONTENT_LENGTH=str(MAX_BYTES + 1))
    with pytest.raises(TooLarge):
        StrictJSONParser().parse(stream, None, {"request": request})
    assert stream.tell() == 0


def test_of_many_errors_the_first_are_named_and_the_others_counted() -> None:
    body = NoInput(data={f"k{each}": 1 for each in range(250)})
    with pytest.raises(ValidationError) as refusal:
        body.is_valid(raise_exception=True)
    answer = answer_problem(refusal.value, {})
    assert answer is not None
    errors = answer.data["errors"]
    assert len(errors) == 101 and errors[99]["pointer"] == "/k99"
    assert errors[100] == {
        "pointer": "",
        "code": "more_errors",
        "detail": "150 more errors are not listed.",
    }
    assert len(errors_within("/records/0", refusal.value)) == 11
    broken = InvalidInput.of([Violation(f"f{each}", "x", "No.") for each in range(101)])
    told = answer_problem(broken, {})
    assert told is not None and told.data["errors"][-1]["code"] == "more_errors"


def test_a_list_that_is_too_long_is_not_read() -> None:
    field = BoundedListField(child=TextField(), max_length=2)
    with pytest.raises(ValidationError) as refusal:
        field.run_validation([1, 2, 3])
    assert refusal.value.get_codes() == ["max_length"]


def _without_lists(codes: Any) -> Any:
    if isinstance(codes, dict):
        return {name: _without_lists(inner) for name, inner in codes.items()}
    return codes[0] if isinstance(codes, list) else codes
