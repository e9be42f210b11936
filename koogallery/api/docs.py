"""The API's own description, and a page to read and try it that loads nothing from elsewhere."""

from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from typing import Any

from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from koogallery.api.conditions import answer_unless_known
from koogallery.api.filters import what_is_wrong
from koogallery.api.parsers import StrictJSONParser
from koogallery.api.problems import InvalidQuery

#: Building it takes seconds: who comes meanwhile waits, and is given the same.
_building = Lock()
_schemas: dict[tuple[str, str], bytes] = {}


#: What `?format=` asks for; without it the `Accept` header decides.
FORMATS = {"json": OpenApiJsonRenderer2, "yaml": OpenApiYamlRenderer}


def _read_format(request: Request) -> str | None:
    asked = dict(request.query_params.lists())
    wrong = {
        name: [what_is_wrong(name, values, ["format"])]
        for name, values in asked.items()
        if name != "format" or len(values) != 1 or not values[0]
    }
    if not wrong and asked and asked["format"][0] not in FORMATS:
        allowed = ", ".join(FORMATS)
        wrong = {
            "format": [
                ErrorDetail(_("It is one of %(allowed)s.") % {"allowed": allowed}, "invalid_choice")
            ]
        }
    if wrong:
        raise InvalidQuery(wrong)
    return request.query_params.get("format")


#: Swagger UI writes styles into the page.
SWAGGER_POLICY = {"style-src": ["'unsafe-inline'"]}


class OpenToAll(APIView):
    """It tells nothing but the interface."""

    permission_classes = [AllowAny]
    authentication_classes = []

    def options(self, *_: Any, **__: Any) -> Any:
        """Which methods there are; the header says it."""
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class SchemaView(OpenToAll, SpectacularAPIView):
    """OpenAPI 3.1, built once by each process."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        if asked := _read_format(request):
            request.accepted_renderer = FORMATS[asked]()
        media_type = request.accepted_renderer.media_type
        with _building:
            language = get_language() or ""
            if (media_type, language) not in _schemas:
                _schemas[media_type, language] = self._render()
            content = _schemas[media_type, language]
        answer = HttpResponse(content, content_type=media_type)
        answer["Cache-Control"] = "no-cache"
        return answer_unless_known(request, answer, f'"{sha256(content).hexdigest()[:32]}"')

    def _render(self) -> bytes:
        schema = self._get_schema_response(self.request)  # type: ignore[no-untyped-call]
        rendered = self.request.accepted_renderer.render(schema.data, renderer_context={})
        return rendered if isinstance(rendered, bytes) else rendered.encode()


@method_decorator(csp_update(SWAGGER_POLICY), name="dispatch")
class DocsView(OpenToAll, SpectacularSwaggerSplitView):
    url_name = "api:schema"


class NoSuchEndpoint(OpenToAll):
    """Whatever else lies below the API's base: a problem document, not a page."""

    parser_classes = [StrictJSONParser]

    @extend_schema(exclude=True)
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        raise NotFound(_("There is no such address; every address ends with a slash."))
