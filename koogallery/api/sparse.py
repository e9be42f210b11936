"""`?fields=number,state`: an answer with these fields of its rows alone."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.serializers import ListSerializer, Serializer

from koogallery.api.problems import InvalidQuery

if TYPE_CHECKING:
    from koogallery.api.viewsets import ScopedViewSet

PARAMETER = "fields"
ROWS = "results"
#: What can be asked for in part: a row, and the rows of a list.
ACTIONS = frozenset({"list", "retrieve"})


def fields_of(serializer: Any) -> list[str]:
    """The fields of a row; an answer that holds a list of rows is asked for theirs."""
    assert isinstance(serializer, Serializer), "every answer is an object"
    rows = serializer.fields.get(ROWS)
    if isinstance(rows, ListSerializer):
        return fields_of(rows.child)
    return list(serializer.fields)


def wanted_fields(request: Request, view: "ScopedViewSet") -> Collection[str] | None:
    """The fields asked for, None for all of them; an unknown one is refused."""
    asked = request.query_params.get(PARAMETER)
    if asked is None or view.action not in ACTIONS:
        return None
    wanted, known = asked.split(","), fields_of(view.get_serializer_class()())
    unknown = [name for name in wanted if name not in known]
    if unknown:
        detail = _("There is no field %(unknown)s; there is: %(known)s.") % {
            "unknown": repr(unknown[0]),
            "known": ", ".join(known),
        }
        raise InvalidQuery({PARAMETER: [ErrorDetail(detail, "unknown_field")]})
    return frozenset(wanted)


def only(fields: Collection[str], data: Any) -> Any:
    """An answer without its other fields; the frame of a list stays."""
    if ROWS in data:
        return {**data, ROWS: [_part(row, fields) for row in data[ROWS]]}
    return _part(data, fields)


def _part(row: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in fields}
