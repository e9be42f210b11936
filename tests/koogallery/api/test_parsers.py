"""JSON as the contract means it."""

import io
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.exceptions import ParseError, ValidationError

from koogallery.api.parsers import MAX_BYTES, StrictJSONParser, TooLarge


def parse(raw: bytes) -> Any:
    return StrictJSONParser().parse(io.BytesIO(raw))


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
    ],
)
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    with pytest.raises(ParseError):
        parse(raw)


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


def test_a_body_has_a_limit() -> None:
    with pytest.raises(TooLarge):
        parse(b" " * (MAX_BYTES + 1))


def _without_lists(codes: Any) -> Any:
    if isinstance(codes, dict):
        return {name: _without_lists(inner) for name, inner in codes.items()}
    return codes[0] if isinstance(codes, list) else codes
