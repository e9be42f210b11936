"""What a load balancer asks: answered before host, TLS, session or anything else is looked at."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

View = Callable[[HttpRequest], HttpResponseBase]

HEALTH = "/health/"


def answer_probes(get_response: View) -> View:
    """Middleware, the outermost. Alive is who answers at all: nothing else is looked at."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.path == HEALTH:
            return HttpResponse("ok", content_type="text/plain")
        return get_response(request)

    return respond
