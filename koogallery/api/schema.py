"""What the published description says of every call: its refusals, and how figures are written."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from koogallery.api import sparse
from koogallery.api.deprecation import Deprecation
from koogallery.api.problems import MEDIA_TYPE
from koogallery.api.reading import CYCLE

Schema = dict[str, Any]


class ProblemErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON pointer into the body; empty for the whole.")
    parameter = serializers.CharField(required=False, help_text="The query parameter meant.")
    code = serializers.CharField()
    detail = serializers.CharField()
    rule = serializers.CharField(required=False, help_text="The settlement rule broken.")


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    rule = serializers.CharField(required=False, help_text="The settlement rule broken.")
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]


#: When a call can be answered so: always, only with a row's number, only when it changes something.
ALWAYS = {
    "400": "Bad input: see `errors`.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The caller sees it, but may not do this.",
    "429": "Too many calls with this token; `Retry-After` says when to come again.",
    "503": "Not just now: the database is away, or it took too long; nothing was done.",
}
OF_A_ROW = {"404": "It does not exist, or not for this caller."}
OF_A_CONDITION = {"412": "The object is no longer as `If-Match` says."}
OF_A_CHANGE = {
    "409": "Not in the present state.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "It breaks the rule named.",
}


SUCCESSES = ["200", "201", "202"]
#: What acts do that say nothing of their own.
VERBS = {"list": "List", "retrieve": "Read one of", "create": "Add one of"}
RETRY_AFTER = {"schema": {"type": "integer"}, "description": "Seconds."}
#: How a decimal is written; larger ones are refused by rule.
DECIMAL = "^-?[0-9]{1,15}([.][0-9]{1,12})?$"
#: Of every answer to somebody known: the limit and what is left of it.
LIMITS: Schema = {
    "RateLimit-Policy": {
        "schema": {"type": "string", "examples": ['"token";q=300;w=1']},
        "description": "Calls (q) in so many seconds (w).",
    },
    "RateLimit": {
        "schema": {"type": "string", "examples": ['"token";r=299;t=1']},
        "description": "Calls left (r), and seconds until there are more (t).",
    },
}
#: Of a call that will be given up.
OUTGOING: Schema = {
    "Deprecation": {"schema": {"type": "string"}, "description": "Since when (RFC 9745)."},
    "Sunset": {"schema": {"type": "string"}, "description": "Until when it works (RFC 8594)."},
    "Link": {"schema": {"type": "string"}, "description": "What to call instead."},
}
KEY = {"type": "string", "pattern": "^[!-~]{1,255}$"}
TEXT = {"type": "string"}


def _has_object(view: Any) -> bool:
    return bool(view.detail or view.changes)


def _header(
    name: str, about: str, *, schema: Schema = TEXT, answers: list[str] | None = None
) -> OpenApiParameter:
    """A header of the call, or of these answers to it."""
    return OpenApiParameter(name, schema, "header", description=about, response=answers or False)


def _fields_parameter(names: list[str]) -> OpenApiParameter:
    return OpenApiParameter(
        sparse.PARAMETER,
        {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1},
        description="These fields of a row alone, with commas between.",
        style="form",
        explode=False,
    )


def describe_parts(result: Schema, **_: Any) -> Schema:
    """The tags there are; a row asked for by some of its fields is answered without the others."""
    schemas = result["components"]["schemas"]
    every = [call for calls in result["paths"].values() for call in calls.values()]
    result["tags"] = [{"name": tag} for tag in sorted({t for call in every for t in call["tags"]})]
    for calls in result["paths"].values():
        call = calls.get("get", {})
        if any(each["name"] == sparse.PARAMETER for each in call.get("parameters", ())):
            holder = call["responses"]["200"]["content"]["application/json"]
            _allow_parts(holder, "schema", schemas)
    return result


#: The bodies that docs/api/README.md sends, by method and address.
EXAMPLES = Path(__file__).with_name("examples.json")


def show_examples(result: Schema, **_: Any) -> Schema:
    """An example of every body that is sent."""
    for named, example in json.loads(EXAMPLES.read_text()).items():
        method, path = named.split(" ")
        call = result["paths"].get(path, {}).get(method.lower(), {})
        for content in call.get("requestBody", {}).get("content", {}).values():
            content["example"] = example
    return result


#: Of fields that mean the same wherever they stand, where their serializer says nothing else.
MEANINGS = Path(__file__).with_name("meanings.json")


def tell_meanings(result: Schema, **_: Any) -> Schema:
    """What a field means, said once for every object that has it."""
    meanings = json.loads(MEANINGS.read_text())
    for described in result["components"]["schemas"].values():
        for name, field in described.get("properties", {}).items():
            if name in meanings and "$ref" not in field:
                field.setdefault("description", meanings[name])
    return result


def _allow_parts(holder: Schema, place: str, schemas: Schema) -> None:
    if "$ref" not in holder[place]:
        return  # described already: several lists show the same rows
    name = holder[place]["$ref"].rpartition("/")[2]
    whole = schemas[name]
    if rows := whole["properties"].get(sparse.ROWS):
        _allow_parts(rows, "items", schemas)
        return
    part = {key: value for key, value in whole.items() if key not in {"required", "description"}}
    schemas[f"PartOf{name}"] = {**part, "description": "The fields asked for."}
    parts = {"$ref": f"#/components/schemas/PartOf{name}"}
    holder[place] = {"anyOf": [holder[place], parts]}


class ProblemSchema(AutoSchema):
    """Adds the refusals every call has in common."""

    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(*args, **kwargs)
        refusals = {
            **ALWAYS,
            **(OF_A_ROW if "{" in self.path or self.method == "POST" else {}),
            **(OF_A_CHANGE if self.method != "GET" else {}),
            **(OF_A_CONDITION if self.method != "GET" and _has_object(self.asked) else {}),
        }
        if self.asked.action in self.asked.conflicting:
            refusals["409"] = OF_A_CHANGE["409"]
        for status, about in refusals.items():
            answers.setdefault(status, self._refusal(about))
        for status in ("429", "503"):
            answers[status]["headers"] = {"Retry-After": RETRY_AFTER}
        for status, answer in answers.items():
            if status not in {"401", "304"}:
                answer.setdefault("headers", {}).update(LIMITS | self._outgoing_headers())
        if self.method == "GET" and self.asked.detail:
            answers["304"] = {"description": "As the caller knows it."}
        return answers

    def _is_list_view(self, serializer: Any = None) -> bool:
        """An answer without pages is one object, also where it holds a list of rows."""
        return self.asked.pagination_class is not None and super()._is_list_view(serializer)

    def is_deprecated(self) -> bool:
        return self._outgoing is not None

    @property
    def _outgoing(self) -> Deprecation | None:
        found: Deprecation | None = self.asked.deprecated.get(self.asked.action)
        return found

    def _outgoing_headers(self) -> Schema:
        return {} if self._outgoing is None else OUTGOING

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        described: str = super().get_description()
        return described if self._outgoing is None else f"{described}\n\n{self._outgoing.text}"

    def get_summary(self) -> str | None:
        """What the act says of itself, in its first sentence; else which rows are read."""
        act = getattr(self.asked, self.asked.action or "", None)
        told = (getattr(act, "__doc__", None) or "").strip().split("\n\n")[0]
        if told:
            return " ".join(told.split()).split(". ")[0].rstrip(".")
        rows = " ".join(self.get_tags()[0].split("-"))
        return f"{VERBS.get(self.asked.action, 'Change one of')} {rows}"

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *self._conventions()]

    def _conventions(self) -> Iterator[OpenApiParameter]:
        """The headers and the parameter that calls of this method have in common."""
        if self.method == "GET" and self.asked.detail:
            yield _header("If-None-Match", "A tag the caller has: answered 304 if it is the same.")
        if self.method != "GET" and _has_object(self.asked):
            yield _header("If-Match", "The object's tag as it was read: else 412, nothing changed.")
        if self.asked.detail or self.method == "PATCH":
            yield _header("ETag", "Changes with what the object says.", answers=SUCCESSES)
        if self.method in {"POST", "PATCH"}:
            about = "Sent again with it the call is answered as before, and acts once."
            yield _header("Idempotency-Key", about, schema=KEY)
            yield _header("Idempotency-Replayed", "The first answer again.", answers=SUCCESSES)
        if self.method == "GET" and self.asked.action in sparse.ACTIONS:
            yield _fields_parameter(sparse.fields_of(self.asked.get_serializer_class()()))

    def _refusal(self, about: str) -> dict[str, Any]:
        problem = self.resolve_serializer(ProblemSerializer, "response")
        return {"content": {MEDIA_TYPE: {"schema": problem.ref}}, "description": about}

    @property
    def asked(self) -> Any:
        """The view set described."""
        return self.view


class DecimalTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Amounts and ratios: decimal strings. A JSON number is understood, and not described.

    A client made from the description would keep it in a float.
    """

    target_class = "koogallery.api.fields.DecimalTextField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:  # noqa: ARG002
        return {"type": "string", "pattern": DECIMAL, "examples": ["560.00"]}


class ReadTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "koogallery.api.fields.ReadTextField"
    match_subclasses = True

    FORMATS: ClassVar[Mapping[str, Schema]] = {
        "NumberField": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,60}$"},
        "CycleField": {"type": "string", "pattern": CYCLE, "examples": ["202602"]},
        "InstantField": {"type": "string", "format": "date-time"},
        "DayField": {"type": "string", "format": "date"},
    }

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:  # noqa: ARG002
        return self.FORMATS[type(self.target).__name__]
