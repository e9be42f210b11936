"""The API's own description, and a page to read and try it that loads nothing from elsewhere."""

from typing import Any

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from koogallery.api.parsers import StrictJSONParser

#: Swagger UI writes styles into the page.
SWAGGER_POLICY = {"style-src": ["'unsafe-inline'"]}


class SchemaView(SpectacularAPIView):
    """OpenAPI 3.1; open to all, it tells nothing but the interface."""

    permission_classes = [AllowAny]
    authentication_classes = []


@method_decorator(csp_update(SWAGGER_POLICY), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    permission_classes = [AllowAny]
    authentication_classes = []
    url_name = "api:schema"


class NoSuchEndpoint(APIView):
    """Whatever else lies below the API's base: a problem document, not a page."""

    permission_classes = [AllowAny]
    authentication_classes = []
    parser_classes = [StrictJSONParser]

    @extend_schema(exclude=True)
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        raise NotFound("There is no such address; every address ends with a slash.")
