"""`ETag`, `If-None-Match`, `If-Match`: who has read an object can tell whether it is still so.

A tag is a digest of the object as it is answered, so it is exact: it changes exactly with what the
object says, whoever or whatever changed it.
"""

from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from koogallery.kit.errors import DomainError

ANY = "*"


class ChangedMeanwhile(DomainError):
    status = HTTPStatus.PRECONDITION_FAILED
    default_code = "changed_meanwhile"


def tag_of(representation: Any) -> str:
    digest = sha256(JSONRenderer().render(representation)).hexdigest()
    return f'"{digest[:32]}"'


def answer_unless_known(request: Request, answer: HttpResponse, tag: str) -> HttpResponse:
    """The object with its tag, or 304 and the tag alone where the caller has it already."""
    known = {each.removeprefix("W/") for each in _tags(request, "If-None-Match")}
    if known & {tag, ANY}:
        unchanged = HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        del unchanged["Content-Type"]  # there is no content
        return unchanged
    answer["ETag"] = tag
    return answer


def require_match(request: Request, tag: str | None) -> None:
    """Refused unless the object is as the caller read it; where there is none, nothing matches."""
    if not {tag, ANY} & set(_tags(request, "If-Match")):
        raise ChangedMeanwhile(_("The object is no longer as it was read; read it again."))


def _tags(request: Request, header: str) -> list[str]:
    return list(parse_etags(request.headers.get(header, "")))
