"""From where something is done: the channel, and of a request its address and its number.

Set for each request by the middleware; outside of one it is a task of a worker, or a command.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import uuid4

from celery import current_task
from django.db.models import TextChoices
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from koogallery.addresses import client_address_text

HEADER = "X-Request-ID"

#: A caller's own number of its request is kept if it is one.
_NUMBER = re.compile(r"[\x21-\x7e]{8,64}")

View = Callable[[HttpRequest], HttpResponseBase]


class Channel(TextChoices):
    ADMIN = "admin", _("Admin")
    CONSOLE = "console", _("Console")
    API = "api", _("API")
    COMMAND = "command", _("Command")
    SCHEDULE = "schedule", _("Worker")


@dataclass(frozen=True, slots=True)
class Origin:
    """`token` is the name of the token that signed a call."""

    channel: Channel
    token: str = ""
    ip_address: str | None = None
    request_id: str = ""


_ORIGIN: ContextVar[Origin | None] = ContextVar("origin", default=None)

#: Where each channel's addresses begin.
_PREFIXES = (("/api/", Channel.API), ("/admin/", Channel.ADMIN))


def current_origin() -> Origin:
    origin = _ORIGIN.get()
    if origin is not None:
        return origin
    if current_task:
        return Origin(Channel.SCHEDULE, request_id=str(current_task.request.id or ""))
    return Origin(Channel.COMMAND)


def signed_by(token: str) -> None:
    """Of the request that is being answered: a token has signed it."""
    _ORIGIN.set(replace(current_origin(), token=token))


def origin_of_request(get_response: View) -> View:
    """Middleware: whatever is done while a request is answered was done from there."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        channel = next(
            (found for prefix, found in _PREFIXES if request.path.startswith(prefix)), None
        )
        asked = request.headers.get(HEADER, "")
        origin = Origin(
            channel or Channel.CONSOLE,
            ip_address=client_address_text(request),
            request_id=asked if _NUMBER.fullmatch(asked) else uuid4().hex,
        )
        before = _ORIGIN.set(origin)
        try:
            response = get_response(request)
        finally:
            _ORIGIN.reset(before)
        response[HEADER] = origin.request_id
        return response

    return respond
