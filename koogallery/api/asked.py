"""Calls of the API that follow from the declaration of an act: its body, its answers, its duty."""

from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery import asks
from koogallery.acts import Act
from koogallery.api import fields
from koogallery.api.second_person import OR_ASKED, answer
from koogallery.api.serializers import StrictSerializer

_FIELDS: Mapping[type[asks.Ask], Callable[[Any], serializers.Field[Any, Any, Any, Any]]] = {
    asks.Prose: lambda ask: fields.FreeTextField(**_options(ask), allow_blank=not ask.required),
    asks.Line: lambda ask: fields.TextField(**_options(ask), max_length=ask.longest),
    asks.Amount: lambda ask: fields.DecimalTextField(
        **_options(ask), rule=ask.rule, allow_null=not ask.required
    ),
    asks.Day: lambda ask: fields.DayField(**_options(ask)),
    asks.Instant: lambda ask: fields.InstantField(**_options(ask)),
}


def _options(ask: asks.Ask) -> dict[str, Any]:
    said = {"help_text": ask.help} if ask.help else {}
    return {"required": ask.required, **said}


@cache
def body_of(asked: asks.Asks) -> type[StrictSerializer]:
    """The serializer of what an act asks; a field that it does not ask is refused."""
    declared = {ask.name: _FIELDS[type(ask)](ask) for ask in asked if ask.by_rest}
    return type(asked.name, (StrictSerializer,), declared)


NoInput, ReasonInput = body_of(asks.NOTHING), body_of(asks.REASON)


def call_of(act: Act[..., Any], name: str, answers: Any) -> Callable[..., Response]:
    """The action of a view set that does `act` to the row of the address, and answers the row.

    `answers` is the serializer of the row. Where another row comes of it, that one is answered.
    """

    def call(view: Any, request: Request, **_: str) -> Response:  # noqa: ARG001
        body = view.read_body(body_of(act.asks))
        came = act(view.row_number, **body, actor=view.actor)
        is_another = isinstance(came, view.queryset.model)
        number = came.number if is_another else view.row_number
        return answer(view, came, number) if act.two_people else view.answer_row(number)

    call.__name__, call.__doc__ = name, act.__doc__
    responses = {HTTPStatus.OK: answers, **(OR_ASKED if act.two_people else {})}
    described = extend_schema(request=body_of(act.asks), responses=responses)
    made: Callable[..., Response] = described(
        action(detail=True, methods=["post"], url_path=name.replace("_", "-"))(call)
    )
    return made
