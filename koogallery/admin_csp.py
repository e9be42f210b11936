"""The admin's own content security policy, relaxed for its pages and nowhere else.

django-unfold draws its pages with Alpine, which evaluates expressions and sets inline styles. Under
the portal's strict policy an invisible dialog covers the sign-in button.
"""

from collections.abc import Callable

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

View = Callable[[HttpRequest], HttpResponseBase]

RELAXED = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}


def admin_policy(get_response: View) -> View:
    """Middleware, to stand below django-csp's, which writes the header from what this leaves."""
    relaxed = csp_update(RELAXED)(get_response)

    def respond(request: HttpRequest) -> HttpResponseBase:
        is_admin = request.path.startswith(reverse("admin:index"))
        return relaxed(request) if is_admin else get_response(request)

    return respond
