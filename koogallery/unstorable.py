"""Text that cannot be stored, wherever it comes in a request, is bad input and never a fault.

PostgreSQL stores no NUL, and UTF-8 has no half of a surrogate pair. Bodies in JSON are read by the
API's parser, which names the place in them.
"""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from koogallery.kit.names import is_storable

View = Callable[[HttpRequest], HttpResponseBase]

API = "/api/"
#: Where sellers' servers call: every answer there has a documented code (sellers/api/open).
OPEN_API = ("/api/mkp-openapi-public", "/rest")


class UnstorableText(BadRequest):
    """`parameter` is the one of the query string that holds it, if it is there."""

    code = "unstorable_text"

    def __init__(
        self, place: str, *, parameter: str = "", status: HTTPStatus = HTTPStatus.BAD_REQUEST
    ) -> None:
        self.parameter, self.status = parameter, status
        self.detail = _(
            "%(place)s holds what cannot be stored: text is Unicode without NUL and without half "
            "a surrogate pair."
        ) % {"place": place}
        super().__init__(self.detail)


def refuse_unstorable(get_response: View) -> View:
    """Middleware, to stand above whatever looks up a cookie, a parameter or a part of the path."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(OPEN_API):
            if not is_storable(request.path):
                raise UnstorableText(_("The address"), status=HTTPStatus.NOT_FOUND)
            require_storable(request)
        return get_response(request)

    return respond


def require_storable(request: HttpRequest) -> None:
    """Names and values alike: of the query, of headers and cookies, of a form and its files."""
    for name, values in request.GET.lists():
        if not _are_storable([name, *values]):
            raise UnstorableText(_("The query string"), parameter=name)
    if not _are_storable(_heads(request)):
        raise UnstorableText(_("A header"))
    if not request.path.startswith((API, *OPEN_API)) and not _are_storable(_sent(request)):
        raise UnstorableText(_("The form"))


def _heads(request: HttpRequest) -> Iterator[str]:
    yield from (value for name, value in request.META.items() if name.startswith("HTTP_"))
    for name, value in request.COOKIES.items():
        yield from (name, value)


def _sent(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        yield from (name, *map(str, values))
    for name, files in request.FILES.lists():
        yield from (name, *(str(file.name) for file in files))


def _are_storable(texts: Iterable[str]) -> bool:
    return all(map(is_storable, texts))
