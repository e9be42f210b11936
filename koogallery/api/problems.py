"""Every refusal as an RFC 9457 problem document."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from itertools import islice
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from koogallery.guards import refusal_of
from koogallery.kit.errors import DomainError, NotFound, Violation
from koogallery.locks import TURNED_AWAY, RoomIsFull

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:koogallery:problem:"

#: Errors that one answer names, and those of one part of many; of the others it says how many.
MOST_ERRORS, MOST_OF_A_PART = 100, 10

#: What DRF calls errors of an object as a whole.
WHOLE_OBJECT = "non_field_errors"

Error = dict[str, str]


class RuleCode(str):
    """An error code that knows the rule broken, so that a field's refusal can name it too."""

    __slots__ = ("rule",)
    rule: str

    def __new__(cls, code: str, rule: str) -> Self:
        self = super().__new__(cls, code)
        self.rule = rule
        return self


class InvalidQuery(exceptions.ValidationError):
    """What is wrong with the query string: errors by parameter."""


def invalid(detail: str, code: str, rule: str = "") -> exceptions.ValidationError:
    """The refusal of one value, for fields and validators."""
    return exceptions.ValidationError(detail, code=RuleCode(code, rule))


def answer_problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: None leaves a fault of ours to become a 500.

    JSON, whatever the view writes otherwise.
    """
    if request := context.get("request"):
        request.accepted_renderer = JSONRenderer()
        request.accepted_media_type = JSONRenderer.media_type
        if isinstance(exc, RoomIsFull):
            request.META[TURNED_AWAY] = True
    if isinstance(exc, DatabaseError):
        exc = refusal_of(exc) or exc
    if isinstance(exc, DomainError):
        found = _at_its_name(exc, context) if isinstance(exc, NotFound) else exc.violations
        errors = errors_within("", found, most=MOST_ERRORS)
        return _with_headers(_answer(exc.status, exc.code, exc.detail, errors), exc)
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied(str(exc) or None)
    if not isinstance(exc, exceptions.APIException):
        return None
    if isinstance(exc, exceptions.ValidationError):
        return _answer_invalid(exc)
    code = exc.get_codes()
    answer = _answer(
        exc.status_code, code if isinstance(code, str) else exc.default_code, str(exc.detail), []
    )
    return _with_headers(answer, exc)


def _at_its_name(exc: NotFound, context: dict[str, Any]) -> Sequence[Violation]:
    """What the body names, and is not there, at the field that names it."""
    body = getattr(context.get("view"), "body", {})
    names = [name for name, said in body.items() if exc.named and said == exc.named]
    return [replace(each, field=each.field or "".join(names[:1])) for each in exc.violations]


def _answer_invalid(exc: exceptions.ValidationError) -> Response:
    found = _flatten(exc.detail)
    if isinstance(exc, InvalidQuery):
        found = map(_as_parameter, found)
    errors = _first(found, MOST_ERRORS)
    detail = " ".join(dict.fromkeys(error["detail"] for error in errors))
    return _answer(exc.status_code, "invalid", detail, errors)


def _answer(status: int, code: str, detail: str, errors: list[Error]) -> Response:
    set_rollback()
    document = problem(status, code, detail, errors)
    return Response(document, status=status, content_type=MEDIA_TYPE)


def problem(status: int, code: str, detail: str, errors: Sequence[Error]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": TYPE_PREFIX + code,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": list(errors),
    }
    if rule := next((error["rule"] for error in errors if "rule" in error), ""):
        document["rule"] = rule
    return document


def _with_headers(answer: Response, exc: Exception) -> Response:
    if challenge := getattr(exc, "auth_header", None):
        answer["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        answer["Retry-After"] = str(wait)
    return answer


def errors_within(
    pointer: str,
    refusal: exceptions.ValidationError | Sequence[Violation],
    *,
    most: int = MOST_OF_A_PART,
) -> list[Error]:
    """The errors of one part of a body, for an answer that refuses that part alone."""
    if isinstance(refusal, exceptions.ValidationError):
        return _first(_flatten(refusal.detail, pointer), most)
    told = (_error(_pointer_to(v.field, pointer), v.code, v.detail, v.rule) for v in refusal)
    return _first(told, most)


def _first(errors: Iterable[Error], most: int) -> list[Error]:
    """So many of them, and how many more there are: an answer is no longer than its call."""
    left = iter(errors)
    first = list(islice(left, most))
    if more := sum(1 for _ in left):
        first.append(_error("", "more_errors", f"{more} more errors are not listed.", ""))
    return first


def _pointer_to(field: str, pointer: str) -> str:
    return f"{pointer}/{field.replace('.', '/')}" if field else pointer


def _flatten(detail: Any, pointer: str = "") -> Iterator[Error]:
    """DRF's tree of errors as a list, each with the JSON pointer of its value."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flatten(inner, pointer if name == WHOLE_OBJECT else _into(pointer, name))
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            is_leaf = isinstance(inner, exceptions.ErrorDetail)
            yield from _flatten(inner, pointer if is_leaf else _into(pointer, position))
    else:
        code = getattr(detail, "code", None) or "invalid"
        yield _error(pointer, code, str(detail), getattr(code, "rule", ""))


def _into(pointer: str, name: object) -> str:
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


def _error(pointer: str, code: str, detail: str, rule: str) -> Error:
    error = {"pointer": pointer, "code": str(code), "detail": detail}
    return {**error, "rule": rule} if rule else error


def _as_parameter(error: Error) -> Error:
    """A parameter of the query string is no part of the body: it is named instead."""
    return {**error, "pointer": "", "parameter": error["pointer"].removeprefix("/")}
