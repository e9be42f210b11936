"""JSON as the contract means it: exact numbers, text that can be stored, each name once."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from koogallery.kit.names import is_storable

#: Of a call about one thing.
MAX_BYTES = 512 * 1024
#: Of a call about many: 1000 usage records, 10,000 named sellers.
MAX_BULK_BYTES = 4 * 1024 * 1024
#: More names than any object of the API has, and deeper than any body is.
MOST_NAMES = 100
DEEPEST = 20
MOST_DIGITS = 1000


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    """Reads numbers as Decimal, never float; refuses NaN, repeated names and text with NUL.

    A body that says how long it is and is too long is refused before it is read.
    """

    media_type = "application/json"
    max_bytes = MAX_BYTES

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return read_json(self.read_whole(stream, parser_context))

    def read_whole(self, stream: IO[bytes], parser_context: Mapping[str, Any] | None) -> bytes:
        # What the header Content-Length says; 0 where it says nothing that can be believed.
        request = (parser_context or {}).get("request")
        told = str(request.META.get("CONTENT_LENGTH") or "") if request else ""
        self._require_within(int(told[:20]) if told.isascii() and told.isdigit() else 0)
        raw = stream.read(self.max_bytes + 1)
        self._require_within(len(raw))
        return raw

    def _require_within(self, length: int) -> None:
        if length > self.max_bytes:
            raise TooLarge(
                _("The body exceeds %(max_bytes)s bytes.") % {"max_bytes": self.max_bytes}
            )


class BulkJSONParser(StrictJSONParser):
    """For calls about many things at once."""

    max_bytes = MAX_BULK_BYTES


class FileParser(StrictJSONParser):
    """A file as the body, whatever it calls itself; as its bytes."""

    media_type = "*/*"
    max_bytes = settings.ATTACHMENT_MAX_BYTES

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return self.read_whole(stream, parser_context)


def file_in_body(request: Request) -> bytes:
    """What `FileParser` read. An empty body is parsed by nobody; it is an empty file."""
    body: Any = request.data
    return body if isinstance(body, bytes) else b""


def read_json(raw: bytes) -> Any:
    """A body that can be stored as it is, or the refusal that says what is wrong with it."""
    body = _decode(raw)
    if (path := _way_to_unstorable(body, DEEPEST)) is not None:
        told: Any = [_("Text must be Unicode without NUL and without half a surrogate pair.")]
        for name in path:
            told = {name: told}
        raise ValidationError(told, code="unstorable_text")
    return body


def _decode(raw: bytes) -> Any:
    try:
        return json.loads(
            raw.decode(),
            parse_float=_exact_number,
            parse_int=_whole_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_each_name_once,
        )
    except RecursionError:
        raise ParseError(_("The body is nested too deeply.")) from None
    except ValueError as error:
        raise ParseError(_("The body is not JSON: %(error)s.") % {"error": error}) from None


def _exact_number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise ValueError("a number is out of range") from None


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number has more than {MOST_DIGITS} digits")
    return int(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_NAMES:
        raise ValueError(f"an object names more than {MOST_NAMES} fields")
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names a field twice")
    return found


def _way_to_unstorable(value: Any, deeper: int) -> list[str | int] | None:
    """To the first text that cannot be stored, names included, innermost step first."""
    if isinstance(value, str):
        return None if is_storable(value) else []
    if not isinstance(value, (dict, list)):
        return None
    if not deeper:
        raise ParseError(_("The body is nested too deeply."))
    parts: Iterable[tuple[Any, Any]] = (
        value.items() if isinstance(value, dict) else enumerate(value)
    )
    for name, inner in parts:
        if isinstance(name, str) and not is_storable(name):
            return []
        if (way := _way_to_unstorable(inner, deeper - 1)) is not None:
            return [*way, name]
    return None
