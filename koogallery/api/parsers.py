"""JSON as the contract means it: exact numbers, text that can be stored, each name once."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser

#: Above the largest call there is: 1000 usage records.
MAX_BYTES = 4 * 1024 * 1024

#: PostgreSQL stores no NUL, and UTF-8 has no half of a surrogate pair.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

Path = tuple[str | int, ...]


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    """Reads numbers as Decimal, never float; refuses NaN, repeated names and text with NUL."""

    media_type = "application/json"
    max_bytes = MAX_BYTES

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        raw = stream.read(self.max_bytes + 1)
        if len(raw) > self.max_bytes:
            raise TooLarge(f"The body exceeds {self.max_bytes} bytes.")
        return read_json(raw)


def read_json(raw: bytes) -> Any:
    """A body that can be stored as it is, or the refusal that says what is wrong with it."""
    body = _decode(raw)
    for path, text in _texts(body):
        if _UNSTORABLE.search(text):
            raise _unstorable(path)
    return body


def _decode(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode(),
            parse_float=_exact_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_each_name_once,
        )
    except RecursionError:
        raise ParseError("The body is nested too deeply.") from None
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}.") from None


def _exact_number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise ValueError("a number is out of range") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names a field twice")
    return found


def _texts(body: Any) -> Iterator[tuple[Path, str]]:
    """Every text in the body, names included, with the path that leads to it."""
    waiting: list[tuple[Path, Any]] = [((), body)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            yield from ((path, name) for name in value)
            waiting += [((*path, name), inner) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, position), inner) for position, inner in enumerate(value)]


def _unstorable(path: Path) -> ValidationError:
    told: Any = ["Text must be Unicode without NUL and without half a surrogate pair."]
    for name in reversed(path):
        told = {name: told}
    return ValidationError(told, code="unstorable_text")
