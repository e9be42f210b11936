"""What the published description says of every call: its refusals, and how figures are written."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from koogallery.api.problems import MEDIA_TYPE

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
}
OF_A_ROW = {"404": "It does not exist, or not for this caller."}
OF_A_CHANGE = {
    "409": "Not in the present state.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "It breaks the rule named.",
}


class ProblemSchema(AutoSchema):
    """Adds the refusals every call has in common."""

    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        answers: dict[str, Any] = super()._get_response_bodies(*args, **kwargs)
        refusals = {
            **ALWAYS,
            **(OF_A_ROW if "{" in self.path or self.method == "POST" else {}),
            **(OF_A_CHANGE if self.method != "GET" else {}),
        }
        for status, about in refusals.items():
            answers.setdefault(status, self._refusal(about))
        return answers

    def _refusal(self, about: str) -> dict[str, Any]:
        problem = self.resolve_serializer(ProblemSerializer, "response")
        return {"content": {MEDIA_TYPE: {"schema": problem.ref}}, "description": about}


class DecimalTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Amounts and ratios: decimal strings out; a JSON number is understood too."""

    target_class = "koogallery.api.fields.DecimalTextField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:  # noqa: ARG002
        text = {"type": "string", "format": "decimal", "examples": ["560.00"]}
        return {"anyOf": [text, {"type": "number"}]} if direction == "request" else text


class ReadTextSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    target_class = "koogallery.api.fields.ReadTextField"
    match_subclasses = True

    FORMATS: ClassVar[Mapping[str, Schema]] = {
        "NumberField": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,60}$"},
        "CycleField": {"type": "string", "pattern": "^[0-9]{6}$", "examples": ["202602"]},
        "InstantField": {"type": "string", "format": "date-time"},
    }

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> Schema:  # noqa: ARG002
        return self.FORMATS[type(self.target).__name__]
